// The supervisor with real processes: starts them, sees them crash, leaves them and finds them again.

import assert from "node:assert/strict"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, test } from "node:test"
import { setTimeout as delay } from "node:timers/promises"
import { createLog, processIdentity } from "@aviary/kit"
import { defaultRules } from "../releases/manifest.ts"
import { RUN_VARIABLE, signalInstance } from "./instance-process.ts"
import type { RunningInstance } from "./running-instance.ts"
import { createSupervisor } from "./supervisor.ts"
import type { Supervisor } from "./supervisor.ts"

/** Answers its pid; /crash ends it. With FAIL=1 it ends at once, with STUBBORN=1 it does not heed SIGTERM. */
const SERVICE = `
import { createServer } from "node:http"
if (process.env.FAIL) { console.error("the nest is empty"); process.exit(3) }
if (process.env.STUBBORN) process.on("SIGTERM", () => console.error("no"))
createServer((request, response) => {
  if (request.url === "/crash") process.kill(process.pid, "SIGKILL")
  response.end(String(process.pid))
}).listen(Number(process.env.PORT), "127.0.0.1")
`

const fleet = { id: "bird@1", service: "bird", release: "bird@1", replicas: 1 }

let dir: string
let kept: unknown
let supervisor: Supervisor
let refusal: string | undefined

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "supervisor-"))
  writeFileSync(join(dir, "service.mjs"), SERVICE)
  kept = undefined
  refusal = undefined
})
afterEach(async () => {
  await supervisor.stop(AbortSignal.timeout(0))
  rmSync(dir, { recursive: true, force: true })
})

function create(env: Record<string, string> = {}): Supervisor {
  return createSupervisor({
    section: {
      load: () => kept,
      save(section) {
        kept = JSON.parse(JSON.stringify(section))
      },
    },
    rulesOf: () => ({ ...defaultRules, drain: { timeout: 300, websocket: "notify" } }),
    async prepare(_, { run, port }) {
      if (refusal !== undefined) throw new Error(refusal)
      return {
        dir,
        command: ["node", "service.mjs"],
        env: { PORT: String(port), [RUN_VARIABLE]: run, ...env },
      }
    },
    trafficOf: () => "none",
    logDir: join(dir, "logs"),
    log: createLog({ level: "silent" }),
  })
}

async function until<T>(what: string, look: () => T | undefined | false): Promise<T> {
  const late = performance.now() + 10_000
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    assert.ok(performance.now() < late, `${what} did not come: ${JSON.stringify(supervisor.list("bird"))}`)
    await delay(20)
  }
}

const serving = (): RunningInstance | undefined => supervisor.instances().find(({ draining }) => !draining)
const ask = async (path = "/"): Promise<string> =>
  (await fetch(`http://127.0.0.1:${serving()?.port}${path}`)).text()

test(
  "what is wanted runs, in a session of its own, with its output in a file",
  { timeout: 20_000 },
  async () => {
    supervisor = create()
    await supervisor.start()
    supervisor.want(fleet)
    supervisor.want(fleet)
    const { pid } = await until("a ready instance", serving)
    assert.equal(await ask(), String(pid))
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    assert.equal(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]), pid)
    assert.deepEqual(
      supervisor.list("bird").map(({ ready, wanted }) => ({ ready, wanted })),
      [{ ready: 1, wanted: 1 }],
    )
    supervisor.drop(fleet.id)
    await until("its end", () => processIdentity(pid) === undefined)
    await until("nothing of it", () => supervisor.status(fleet.id) === undefined)
  },
)

test("one that is killed is followed by another", { timeout: 20_000 }, async () => {
  supervisor = create()
  await supervisor.start()
  supervisor.want(fleet)
  const { pid } = await until("a ready instance", serving)
  await ask("/crash").catch(() => "")
  const next = await until("another one", () => {
    const one = serving()
    return one && one.pid !== pid && one
  })
  assert.equal(await ask(), String(next.pid))
})

test("one that cannot start is a crash loop, told with its last words", { timeout: 20_000 }, async () => {
  supervisor = create({ FAIL: "1" })
  await supervisor.start()
  supervisor.want(fleet)
  const failure = await until("a verdict", () => supervisor.status(fleet.id)?.failure)
  assert.match(
    failure,
    /crash loop, 3 times in a row: it ended with code 3; it said last:\nthe nest is empty/,
  )
  assert.deepEqual(supervisor.instances(), [])
})

test("a release that must not be run is not started", { timeout: 20_000 }, async () => {
  refusal = "the release was altered"
  supervisor = create()
  await supervisor.start()
  supervisor.want(fleet)
  assert.match(
    await until("a verdict", () => supervisor.status(fleet.id)?.failure),
    /the release was altered/,
  )
})

test("one that does not heed SIGTERM is killed when its time is over", { timeout: 20_000 }, async () => {
  supervisor = create({ STUBBORN: "1" })
  await supervisor.start()
  supervisor.want(fleet)
  const { pid } = await until("a ready instance", serving)
  supervisor.drop(fleet.id)
  await until(
    "SIGTERM that is not heeded",
    () => readFileSync(join(dir, "logs", "bird@1-1.log"), "utf8") === "no\n",
  )
  await until("its end", () => processIdentity(pid) === undefined)
})

test("the next supervisor finds what the one before left, and watches it", { timeout: 20_000 }, async () => {
  const first = create()
  supervisor = first
  await first.start()
  first.want(fleet)
  const { pid, port } = await until("a ready instance", serving)
  first.leave()
  supervisor = create()
  await supervisor.start()
  assert.deepEqual(serving()?.pid, pid, "it is there at once: nothing is taken out of routing meanwhile")
  assert.equal(serving()?.port, port)
  assert.equal(await ask(), String(pid))
  await ask("/crash").catch(() => "")
  await until("another one", () => serving() && serving()?.pid !== pid)
})

test(
  "one whose start was not written down any more is found by its environment",
  { timeout: 20_000 },
  async () => {
    const first = create()
    supervisor = first
    await first.start()
    first.want(fleet)
    const { pid } = await until("a ready instance", serving)
    first.leave()
    // As it was written right before the process was there.
    const text = JSON.stringify(kept)
    kept = JSON.parse(text, function (this: Record<string, unknown>, key, value: unknown) {
      if (key === "pid" || key === "identity") return undefined
      return key === "phase" ? "launching" : value
    })
    supervisor = create()
    await supervisor.start()
    assert.equal((await until("the instance", serving)).pid, pid)
  },
)

test(
  "a process that has the id of one that ended is neither signalled nor taken for it",
  { timeout: 20_000 },
  async () => {
    const first = create()
    supervisor = first
    await first.start()
    first.want(fleet)
    const { pid } = await until("a ready instance", serving)
    first.leave()
    // The same id with another start time: the id was given to somebody else.
    kept = JSON.parse(JSON.stringify(kept), (key, value: unknown) => (key === "identity" ? "1" : value))
    supervisor = create()
    await supervisor.start()
    assert.equal(serving(), undefined)
    const next = await until("one of its own", serving)
    assert.notEqual(next.pid, pid)
    signalInstance({ pid, identity: "1" }, "SIGKILL")
    await delay(50)
    const identity = processIdentity(pid)
    assert.ok(identity, "the other one lives")
    signalInstance({ pid, identity }, "SIGKILL")
  },
)
