// What the screenshots show: a small community, and its pages. A page's scene is a line here; what it is full of is
// lib/community.ts's.

import { settleCommunity } from "../lib/community.ts"
import type { Scene } from "../lib/screenshots.ts"
import type { World } from "../lib/world.ts"

export async function scenes(world: World): Promise<Scene[]> {
  const { members, posts } = await settleCommunity(world.aviary)
  const { wren } = members
  return [
    { name: "welcome", at: "/" },
    { name: "home", at: "/", as: wren },
    { name: "thread", at: `/@wren/${posts.thread}`, as: wren },
    { name: "profile", at: "/@lark", as: wren },
    { name: "notifications", at: "/notifications", as: wren },
    { name: "explore", at: "/explore", as: wren },
    { name: "settings", at: "/settings", as: wren },
    {
      name: "shortcuts",
      at: "/settings",
      as: wren,
      arrange: async (page) => {
        await page.keyboard.press("?")
        await page.getByRole("dialog").waitFor()
      },
    },
    {
      name: "compose",
      at: "/",
      as: wren,
      arrange: async (page) => {
        await page.getByRole("button", { name: "New post" }).filter({ visible: true }).first().click()
        await page.getByRole("dialog").waitFor()
      },
    },
    { name: "missing", at: "/@nobody", as: wren, allow: /status of 404/ },
  ]
}
