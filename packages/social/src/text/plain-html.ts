// The smaller texts of a profile → HTML. They follow the same rules as posts, so that a link or a mention looks the
// same wherever a member writes one.

import { contentHtml } from "./content-html.ts"
import type { ContentResolvers } from "./content-html.ts"
import { parseText } from "./parse-text.ts"

/** The HTML of a biography (`Account.note`): paragraphs, links, mentions and hashtags as in a post. */
export function bioHtml(text: string, resolvers: ContentResolvers): string {
  return contentHtml(parseText(text), resolvers)
}

/** The HTML of a profile field's value: as a biography, but one line and so without a paragraph around it. */
export function fieldHtml(text: string, resolvers: ContentResolvers): string {
  const line = text.replace(/\s*[\r\n]+\s*/g, " ").trim()
  return contentHtml(parseText(line), resolvers).replace(/^<p>|<\/p>$/g, "")
}
