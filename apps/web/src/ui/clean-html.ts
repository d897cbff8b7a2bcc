// Markup that somebody else wrote, cleaned: by DOMPurify, down to the few elements that posts and profiles are made of. It is told once
// what is allowed, since going through its lists for each post took as long as cleaning. It must never be given hooks: what a hook
// changes would hold for everything that is cleaned after it.

import DOMPurify from "dompurify"

/** What text is made of, besides links and the spans around their parts. */
export const PLAIN_TAGS: ReadonlySet<string> = new Set([
  "p",
  "br",
  "b",
  "strong",
  "i",
  "em",
  "u",
  "s",
  "del",
  "code",
  "pre",
  "blockquote",
  "ul",
  "ol",
  "li",
])

let isTold = false

/** The cleaned elements, in no page yet, with no attributes but links' addresses and classes. */
export function cleanHtml(html: string): DocumentFragment {
  if (!isTold)
    DOMPurify.setConfig({
      ALLOWED_TAGS: [...PLAIN_TAGS, "span", "a"],
      ALLOWED_ATTR: ["href", "class"],
      ALLOW_DATA_ATTR: false,
      RETURN_DOM_FRAGMENT: true,
    })
  isTold = true
  return DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true })
}
