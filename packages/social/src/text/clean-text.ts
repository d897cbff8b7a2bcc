// Text as a member typed it → text as it is stored. Must never change what a reader sees; it only removes what a
// database or a terminal cannot take.

// C0 controls but tab and newline, DEL, and C1: PostgreSQL refuses NUL, and the others move cursors in terminals.
// oxlint-disable-next-line no-control-regex -- removing control characters is the point
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Newlines as `\n`, no control characters, no lone surrogates, no white space around it. */
export function cleanText(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(CONTROLS, "").toWellFormed().trim()
}
