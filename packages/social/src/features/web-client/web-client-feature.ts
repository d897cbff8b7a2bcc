// The web client as a feature: its routes, and the pages of the server in its frame. Where no client is built, or it is turned off,
// there are no such routes and the pages are what they are without it.

import { fileURLToPath } from "node:url"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { RenderPage } from "../web-pages/page.ts"
import { html } from "../web-pages/html.ts"
import { readClientBuild } from "./client-build.ts"
import { checkTemplate, clientDocument, clientDocumentReply } from "./client-document.ts"
import { createClientRoutes } from "./client-routes.ts"

export interface WebClientFeature {
  readonly routes: readonly Route[]
  /** Renders the pages that the client takes over: the front page, profiles, posts, tags. */
  readonly renderPage: RenderPage
  /** Where the owner goes on after the first page: the client leads them through the set-up; without one, to the front page. */
  readonly afterOwnerSignIn: string
}

/** In a checkout, beside the packages. */
const BUILT_HERE = fileURLToPath(new URL("../../../../../apps/web/dist", import.meta.url))

export function createWebClientFeature(core: Core, deps: { renderPage: RenderPage }): WebClientFeature {
  const { directory } = core.settings.webClient
  const client = directory === "off" ? undefined : readClientBuild(directory ?? BUILT_HERE)
  if (!client) return { routes: [], renderPage: deps.renderPage, afterOwnerSignIn: "/" }
  checkTemplate(client.document)
  return {
    routes: createClientRoutes({ ...core, client }),
    afterOwnerSignIn: "/setup/community",
    renderPage(content, options = {}) {
      const { title: site, accentHue } = core.community.now()
      const width = content.width ?? "narrow"
      const body = html`<header class="top ${width}"><a href="/">${site}</a></header>
        <main class="${width}">${content.body}</main>`
      const page = { site, title: content.title, accentHue, head: content.head, body }
      return clientDocumentReply(clientDocument(client.document, page), options)
    },
  }
}
