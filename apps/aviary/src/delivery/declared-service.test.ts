// A service that the operator declares runs beside the network behind the same gateway, sees none of its secrets, and is started again
// when it dies.

import assert from "node:assert/strict"
import { mkdirSync, writeFileSync } from "node:fs"
import path from "node:path"
import { after, before, test } from "node:test"
import { createInstallation } from "../faults/aviary-process.ts"
import type { Installation } from "../faults/aviary-process.ts"
import { killLeft } from "../faults/kill-left.ts"
import { waitFor } from "../faults/wait-until.ts"

let installation: Installation

const SERVER = `
import { createServer } from "node:http"
const own = Object.keys(process.env).filter((name) => name.startsWith("AVIARY_")).sort()
createServer((request, response) => {
  response.end(JSON.stringify({ pid: process.pid, path: request.url, own }))
}).listen(Number(process.env.PORT), "127.0.0.1")
process.on("SIGTERM", () => process.exit(0))
`

const DELIVERY = `
kind: Service
metadata: {name: shop}
spec:
  source: shop
  release: {command: [node, server.mjs], health: {path: /up}}
---
kind: Route
metadata: {name: shop}
spec: {service: shop, match: [{path: "/shop/*"}], priority: 5}
`

before(async () => {
  installation = await createInstallation()
  mkdirSync(path.join(installation.dataDir, "shop"))
  writeFileSync(path.join(installation.dataDir, "shop", "server.mjs"), SERVER)
  writeFileSync(path.join(installation.dataDir, "delivery.yaml"), DELIVERY)
  await installation.start()
})
after(() => installation.remove())

interface Said {
  readonly pid: number
  readonly path: string
  readonly own: readonly string[]
}

async function ask(): Promise<Said | undefined> {
  const answer = await fetch(`${installation.url}/shop/window`)
  return answer.status === 200 ? ((await answer.json()) as Said) : undefined
}

test("it answers on its route, and sees no setting of the network", { timeout: 60_000 }, async () => {
  const said = await waitFor("an answer of the shop", ask)
  assert.equal(said.path, "/shop/window")
  assert.deepEqual(said.own, [
    "AVIARY_FLAGS_FILE",
    "AVIARY_INSTANCE",
    "AVIARY_INSTANCE_RUN",
    "AVIARY_RELEASE",
    "AVIARY_RELEASE_CONFIG",
  ])
  assert.equal((await fetch(`${installation.url}/api/v1/timelines/public`)).status, 200)
})

test("killed, it is followed by another", { timeout: 60_000 }, async () => {
  const [first] = installation.processes("shop@")
  assert.ok(first)
  killLeft(first)
  const next = await waitFor("another shop", async () => {
    const said = await ask()
    return said && said.pid !== first.pid ? said : undefined
  })
  assert.equal(installation.processes("shop@")[0]?.pid, next.pid)
})

test("a delivery file with a mistake is refused with its line and field, before anything starts", async (t) => {
  const broken = await createInstallation()
  t.after(() => broken.remove())
  writeFileSync(
    path.join(broken.dataDir, "delivery.yaml"),
    "kind: Service\nmetadata: {name: shop}\nspec:\n  sourc: shop\n",
  )
  const command = broken.run(["start"])
  assert.equal((await command.exited).code, 1)
  assert.match(command.output(), /delivery\.yaml:4 spec\.sourc: is no known field; did you mean source\?/)
})
