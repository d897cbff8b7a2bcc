// The client's page, filled in for a request: the community's name, what link previews read, and the page as the server renders it
// for readers without scripts, which the client replaces when it starts. No script and no style stands in it: its policy allows none.

import { Reply } from "../../http/route.ts"
import { accentStylesPath, pageStyles } from "../web-pages/assets.ts"
import { html } from "../web-pages/html.ts"
import type { Html } from "../web-pages/html.ts"

export interface ClientDocument {
  readonly site: string
  /** Of the page, without the community's name. */
  readonly title: string
  /** Degrees; null for the client's own. */
  readonly accentHue: number | null
  readonly head?: Html | undefined
  /** What the server rendered; nothing for pages that only the client knows. */
  readonly body?: Html | undefined
}

const HEAD_MARK = "<!-- served:head -->"
const BODY_MARK = '<div id="root"></div>'
const TITLE_MARK = "<title>Aviary</title>"

/** Fails at the start, not at a request, where the built page has no places to fill. */
export function checkTemplate(template: string): void {
  for (const mark of [HEAD_MARK, BODY_MARK, TITLE_MARK]) {
    if (!template.includes(mark)) throw new Error(`The web client's index.html has no ${mark}`)
  }
}

export function clientDocument(template: string, page: ClientDocument): string {
  const title = page.title === page.site ? page.site : `${page.title} · ${page.site}`
  const head = html`<link rel="manifest" href="/manifest.webmanifest" />
    ${page.accentHue !== null && html`<link rel="stylesheet" href="${accentStylesPath(page.accentHue)}" />`}
    <noscript><link rel="stylesheet" href="${pageStyles.path}" /></noscript>
    <meta name="served-styles" content="${pageStyles.path}" />
    ${page.head}`
  const body = html`<div id="root">
    ${page.body !== undefined && html`<div class="served">${page.body}</div>`}
  </div>`
  // Functions, since a replacing text gives `$&` and its like a meaning.
  return template
    .replace(TITLE_MARK, () => html`<title>${title}</title>`.markup)
    .replace(HEAD_MARK, () => head.markup)
    .replace(BODY_MARK, () => body.markup)
}

/**
 * Scripts and styles from here alone, none inside the page; no plugins, no frames, no base. Pictures may also be of this tab's own
 * making (previews of uploads). Markup may become elements only through DOMPurify, by the two policies that are named.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types dompurify aviary",
].join("; ")

export function clientDocumentReply(
  document: string,
  options: { status?: number; headers?: Readonly<Record<string, string>> } = {},
): Reply {
  return new Reply(document, {
    status: options.status ?? 200,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cross-origin-opener-policy": "same-origin",
      "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
      // Never older than the files that it names.
      "cache-control": "no-cache",
      ...options.headers,
    },
  })
}
