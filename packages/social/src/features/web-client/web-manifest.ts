// The manifest of the installed client, in the community's name. Pure.

import type { CommunitySettings } from "../community/community-settings.ts"

const SHORT_NAME_LENGTH = 12

export function webManifest({ title, description }: Pick<CommunitySettings, "title" | "description">) {
  return {
    id: "/",
    name: title,
    short_name: title.length <= SHORT_NAME_LENGTH ? title : (title.split(/\s/)[0] ?? title),
    description,
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#f7f6f4",
    theme_color: "#f7f6f4",
    categories: ["social"],
    icons: [
      { src: "/icons/icon.svg", sizes: "any", type: "image/svg+xml" },
      { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" },
      { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
    ],
    shortcuts: [
      { name: "New post", url: "/compose" },
      { name: "Notifications", url: "/notifications" },
    ],
    share_target: { action: "/compose", method: "GET", params: { title: "title", text: "text", url: "url" } },
  }
}
