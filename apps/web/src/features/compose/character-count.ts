// How long a post is, as the server counts: what a reader sees as one character is one, a link is 23 whatever its length, a mention
// counts without its server. Close enough to warn by; the server has the last word. Pure.

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })
const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}']/gi
const REMOTE_MENTION = /(^|[^\w/@=])@(\w+(?:[.-]+\w+)*)@[\p{L}\p{Nd}_]+(?:[.-]+[\p{L}\p{Nd}_]+)*/giu

/** `perLink`: what a link counts; 23 unless the server says otherwise. */
export function characterCount(text: string, warning = "", perLink = 23): number {
  const counted = text
    .replaceAll("\r\n", "\n")
    .replaceAll(LINK, "x".repeat(perLink))
    .replaceAll(REMOTE_MENTION, "$1@$2")
  let count = 0
  for (const _ of graphemes.segment(warning + counted)) count += 1
  return count
}
