// The frame of every server-rendered page, and the headers that keep it safe: no script, no frames, styles from here, forms to
// here and, on the way back to an app, to that app. It must never name a script.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { RouteRequest } from "../../http/route.ts"
import { Reply } from "../../http/route.ts"
import type { CommunitySettings } from "../community/community-settings.ts"
import { accentStylesPath, markPath, pageStyles } from "./assets.ts"
import { html } from "./html.ts"
import type { Html } from "./html.ts"

export interface PageContent {
  /** Of the page; the community's name follows it. */
  readonly title: string
  readonly body: Html
  /** Elements for the head: descriptions, links. */
  readonly head?: Html
  /** `narrow` (default) for forms and messages, `wide` for reading. */
  readonly width?: "narrow" | "wide"
}

export interface PageOptions {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** A CSP source, such as `https://app.example` or `toot:`, to which a form of the page may lead besides this site. */
  readonly formTarget?: string | undefined
}

/** Makes pages of one community. */
export type RenderPage = (content: PageContent, options?: PageOptions) => Reply

export function createRenderPage({ community }: Pick<Core, "community">): RenderPage {
  return function renderPage(content, options = {}) {
    return new Reply(document(community.now(), content), {
      status: options.status ?? 200,
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": contentSecurityPolicy(options.formTarget),
        ...options.headers,
      },
    })
  }
}

function document({ title: site, accentHue }: CommunitySettings, content: PageContent): string {
  const title = content.title === site ? site : `${content.title} · ${site}`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="${pageStyles.path}" />
        ${accentHue !== null && html`<link rel="stylesheet" href="${accentStylesPath(accentHue)}" />`}
        <link rel="icon" href="${markPath}" type="image/svg+xml" />
        ${content.head}
      </head>
      <body>
        <header class="top ${content.width ?? "narrow"}"><a href="/">${site}</a></header>
        <main class="${content.width ?? "narrow"}">${content.body}</main>
      </body>
    </html> `.markup
}

function contentSecurityPolicy(formTarget: string | undefined): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    `form-action 'self'${formTarget === undefined ? "" : ` ${formTarget}`}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ")
}

type PageHandler = (request: RouteRequest<"public", Record<string, unknown>>) => Promise<Reply>

/** A handler whose errors are pages too. What is a bug still goes to the server's own handler, which records it. */
export function pageHandler(renderPage: RenderPage, handle: PageHandler): PageHandler {
  return async function handlePage(request) {
    try {
      return await handle(request)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === "internal") throw error
      return errorPage(renderPage, error)
    }
  }
}

const RETRY_AFTER_SECONDS = "2"

function errorPage(renderPage: RenderPage, error: AppError): Reply {
  const title = error.status === 404 ? "Not found" : "That did not work"
  const text =
    error.status === 404 ? "There is nothing here, or it is not for everyone to see." : `${error.message}.`
  return renderPage(
    {
      title,
      body: html`<h1>${title}</h1>
        <p>${text}</p>
        <p><a href="/">To the front page</a></p>`,
    },
    {
      status: error.status,
      ...(error.status === 503 ? { headers: { "retry-after": RETRY_AFTER_SECONDS } } : {}),
    },
  )
}
