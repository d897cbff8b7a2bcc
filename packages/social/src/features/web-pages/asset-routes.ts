// Routes of the files that pages and profiles are shown with.

import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { assets } from "./assets.ts"

export function createAssetRoutes(): Route[] {
  return assets.map((asset) =>
    route({
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
    }),
  )
}
