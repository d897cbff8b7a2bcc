// The words of a profile's HTML, for where there is room for a line or two. Text only: nothing of the markup is kept.

const MOST_CHARACTERS = 300

export function plainText(html: string): string {
  const body = new DOMParser().parseFromString(html.replaceAll(/<\/p>|<br\s*\/?>/g, "$& "), "text/html").body
  return (body.textContent ?? "").replaceAll(/\s+/g, " ").trim().slice(0, MOST_CHARACTERS)
}
