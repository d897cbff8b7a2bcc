// The HTML that content-html.ts makes → the text that a reader sees. For nothing but that HTML: it knows no other tags or entities.

const entities: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
}

/** The text of a post's HTML: links in full, a line for each `<br>`, an empty line between paragraphs. */
export function textOfHtml(html: string): string {
  return html
    .replaceAll("</p><p>", "\n\n")
    .replaceAll(/<br ?\/?>/g, "\n")
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
}
