// The words of a post's or a profile's HTML, for where there is room for a line or two. Text only: nothing of the markup is kept.

import { cleanHtml } from "../../ui/clean-html.ts"

const MOST_CHARACTERS = 300

export function plainText(html: string): string {
  // Paragraphs and breaks become spaces, so that words do not run into each other.
  const spaced = html.replaceAll(/<\/p>|<br\s*\/?>/g, "$& ")
  return (cleanHtml(spaced).textContent ?? "").replaceAll(/\s+/g, " ").trim().slice(0, MOST_CHARACTERS)
}
