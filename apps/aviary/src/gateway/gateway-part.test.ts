// The gateway of `aviary start` is killed: who connects meanwhile waits for the next one, and nothing is lost that was done.

import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { after, before, test } from "node:test"
import { createInstallation } from "../faults/aviary-process.ts"
import type { AviaryProcess, Installation } from "../faults/aviary-process.ts"

let installation: Installation
let aviary: AviaryProcess

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
})

after(() => installation.remove())

/** Process id of the gateway: the child of Aviary that runs the command. */
function gatewayPid(): number | undefined {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, "utf8"))?.[1])
      if (parent === aviary.pid && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("gateway"))
        return Number(name)
    } catch {
      // It ended while we looked.
    }
  }
  return undefined
}

const onLinux = process.platform === "linux" ? {} : { skip: "processes are found through /proc" }

test(
  "a gateway that is killed is followed by another, and no new connection is refused",
  { ...onLinux, timeout: 60_000 },
  async () => {
    const first = gatewayPid()
    assert.ok(first)
    process.kill(first, "SIGKILL")
    for (let i = 0; i < 5; i += 1) {
      const answer = await fetch(`${installation.url}/api/v1/timelines/public`, {
        headers: { connection: "close" },
      })
      assert.equal(answer.status, 200)
      await answer.arrayBuffer()
    }
    const second = gatewayPid()
    assert.ok(second && second !== first)
  },
)
