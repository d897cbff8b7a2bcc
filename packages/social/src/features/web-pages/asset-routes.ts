// Routes of the files that pages and profiles are shown with.

import { AppError } from "@aviary/kit"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { Asset } from "./assets.ts"
import { accentStyles, assets, pageStyles } from "./assets.ts"

export function createAssetRoutes(): Route[] {
  return [...assets.map(assetRoute), accentRoute()]
}

function assetRoute(asset: Asset): Route {
  return route({
    method: "GET",
    path: asset.path,
    summary: `The file ${asset.path.replace(/-[0-9a-f]{10}\./, ".")}`,
    access: "public",
    handle: async () =>
      new Reply(asset.bytes, {
        headers: {
          "content-type": asset.contentType,
          "cache-control": asset.cacheControl,
          // Apps in browsers read the pictures into a canvas.
          "access-control-allow-origin": "*",
        },
      }),
  })
}

function accentRoute(): Route {
  return route({
    method: "GET",
    path: "/assets/accent-:name",
    summary: "The style sheet of a community's own colour",
    access: "public",
    handle: async ({ input }) => {
      const styles = accentStyles(String(input.name))
      if (styles === undefined) throw new AppError("record.not_found")
      return new Reply(styles, {
        headers: { "content-type": pageStyles.contentType, "cache-control": pageStyles.cacheControl },
      })
    },
  })
}
