// Routes of the built web client: its files, its pages, and the manifest by which it is installed.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import type { RouteRequest } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { ClientBuild } from "./client-build.ts"
import { clientDocument, clientDocumentReply } from "./client-document.ts"
import { clientFileReply } from "./client-file-reply.ts"
import { clientPaths } from "./client-paths.ts"
import { webManifest } from "./web-manifest.ts"

export interface ClientRouteDeps extends Pick<Core, "community"> {
  readonly client: ClientBuild
}

/** The page without anything of a request in it, which the service worker keeps for times without a network. */
const SHELL_PATH = "/shell"

export function createClientRoutes({ client, community }: ClientRouteDeps): Route[] {
  const shell = (status = 200) => {
    const { title: site, accentHue } = community.now()
    return clientDocumentReply(clientDocument(client.document, { site, title: site, accentHue }), { status })
  }
  const pages = [SHELL_PATH, ...clientPaths].map((path) =>
    route({
      method: "GET",
      path,
      summary: "A page of the web client",
      access: "public",
      handle: async () => shell(),
    }),
  )
  const unknown = route({
    method: "GET",
    path: "/*",
    summary: "Any other address: in a browser a page that says so",
    access: "public",
    async handle(request) {
      if (!wantsPage(request)) throw new AppError("route.not_found")
      return shell(404)
    },
  })
  return [...pages, ...fileRoutes(client), manifestRoute({ client, community }), unknown]
}

const NEVER_PAGES = /^\/(api|oauth|auth|media|assets|nodeinfo|\.well-known)\//

function wantsPage({ url, headers }: Pick<RouteRequest<"public", unknown>, "url" | "headers">): boolean {
  return !NEVER_PAGES.test(url.pathname) && String(headers.accept ?? "").includes("text/html")
}

function fileRoutes({ files }: ClientBuild): Route[] {
  const named = [...files.keys()].filter((path) => !path.startsWith("/assets/"))
  return ["/assets/*", ...named].map((path) =>
    route({
      method: "GET",
      path,
      summary: "A file of the web client",
      access: "public",
      handle: async ({ input, headers }) => {
        const file = files.get(path === "/assets/*" ? `/assets/${String(input["*"])}` : path)
        if (!file) throw new AppError("record.not_found")
        return clientFileReply(file, headers)
      },
    }),
  )
}

function manifestRoute({ community }: ClientRouteDeps): Route {
  return route({
    method: "GET",
    path: "/manifest.webmanifest",
    summary: "What a device needs to know to install the web client",
    access: "public",
    handle: async () =>
      new Reply(JSON.stringify(webManifest(community.now())), {
        headers: { "content-type": "application/manifest+json", "cache-control": "public, no-cache" },
      }),
  })
}
