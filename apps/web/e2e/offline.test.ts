// Without a network the client still opens, says that it is offline, and comes back by itself.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startWorld } from "./lib/world.ts"
import type { World } from "./lib/world.ts"

let world: World

before(async () => {
  world = await startWorld()
})
after(() => world.stop())

test("the shell opens offline, and no answer of the API has been kept", async () => {
  const wren = await world.aviary.member("wren")
  const { page, context, problems, end } = await world.visit({ as: wren, at: "/settings" })
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor()
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    if (active && active.state !== "activated")
      await new Promise((resolve) => active.addEventListener("statechange", resolve, { once: true }))
  })
  const kept = await page.evaluate(async () => {
    const names = await caches.keys()
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return requests.flat().map((request) => new URL(request.url).pathname)
  })
  assert.ok(kept.includes("/shell"))
  assert.deepEqual(
    kept.filter((path) => path.startsWith("/api/") || path.startsWith("/oauth/")),
    [],
  )

  problems.allow(/ERR_INTERNET_DISCONNECTED|Failed to load resource|Failed to fetch|WebSocket/)
  await context.setOffline(true)
  await page.reload()
  await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor()
  await page.getByText("You are offline").waitFor()
  await context.setOffline(false)
  await page.getByText("You are offline").waitFor({ state: "detached" })
  await end()
})
