import assert from "node:assert/strict"
import { test } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import { openDatabase } from "../../db/database.ts"
import { Reply } from "../../http/route.ts"
import type { Route } from "../../http/route.ts"
import { createHealthRoutes } from "./health-routes.ts"

async function ask(routes: readonly Route[], path: string): Promise<Reply> {
  const found = routes.find((route) => route.path === path)
  assert.ok(found)
  const reply = await found.handle({} as Parameters<Route["handle"]>[0])
  assert.ok(reply instanceof Reply)
  return reply
}

test("with the database gone it is alive but not ready, and says when to ask again", async () => {
  const log = createLog({ level: "silent" })
  const database = openDatabase({ url: "postgres://nobody@127.0.0.1:1/none", log })
  const routes = createHealthRoutes({ db: database.db, clock: createFakeClock(), log })
  const ready = await ask(routes, "/health/ready")
  assert.equal(ready.status, 503)
  assert.equal(ready.headers["retry-after"], "2")
  assert.equal((await ask(routes, "/health/live")).status, 200)
  await database.close()
})
