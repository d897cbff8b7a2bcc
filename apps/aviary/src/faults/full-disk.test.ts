// A full disk under load: writes are refused with a reason, reads go on for as long as the database runs, nothing is
// corrupted, and Aviary goes on by itself once there is space. What it had acknowledged is there.

import assert from "node:assert/strict"
import { readdirSync } from "node:fs"
import path from "node:path"
import { after, before, test } from "node:test"
import type { TestContext } from "node:test"
import { createLog } from "@aviary/kit"
import { openDatabase } from "@aviary/social"
import { createInstallation } from "./aviary-process.ts"
import type { AviaryProcess, Installation } from "./aviary-process.ts"
import { checkConsistency, checkReplay } from "./consistency.ts"
import { createHttpClient, textOf } from "./http-client.ts"
import type { Answer } from "./http-client.ts"
import { settleOpen, startLoad } from "./load.ts"
import type { Load } from "./load.ts"
import { createMembers } from "./members.ts"
import type { Member } from "./members.ts"
import { createSmallDisk } from "./small-disk.ts"
import type { SmallDisk } from "./small-disk.ts"
import { waitFor, waitUntil } from "./wait-until.ts"

let disk: SmallDisk | undefined
let installation: Installation
let aviary: AviaryProcess
let hawk: Member
let others: Member[]

const small = (): SmallDisk => {
  if (!disk) throw new Error("There is no small disk")
  return disk
}

before(async () => {
  disk = createSmallDisk(256)
  installation = await createInstallation(disk.dir)
  aviary = await installation.start()
  const [first, ...rest] = await createMembers(installation, ["hawk", "wren", "lark"])
  assert.ok(first)
  hawk = first
  others = rest
})

after(async () => {
  await installation?.remove()
  disk?.remove()
})

test(
  "a full disk refuses writes with 507, serves reads, and is over when there is space",
  { timeout: 60_000 },
  async (t) => {
    const load = begin(t, "squall")
    await waitUntil("posts before the disk is full", () => load.ledger.posts.size >= 40)
    small().fill()
    const refusals = () => load.ledger.refused.filter((answer) => answer.status === 507).length
    await waitUntil("writes refused", () => refusals() >= 10, 30_000)

    const reader = createHttpClient(installation.url, hawk.token)
    const page = await reader.get("/api/v1/timelines/home")
    assert.equal(page.status, 200, "reads go on")
    await refusesMedia(reader)
    reader.close()

    small().free()
    await goesOn(t, load)
  },
)

test(
  "a full disk that stops PostgreSQL itself is 503, and is over when there is space",
  { timeout: 60_000 },
  async (t) => {
    const load = begin(t, "storm")
    await waitUntil("posts before the disk is full", () => load.ledger.posts.size >= 20)
    small().fill()
    // The write-ahead log needs a file more, which PostgreSQL does not survive; on its own it would come to this in a while.
    await switchWal()
    await waitUntil(
      "end of PostgreSQL",
      () => load.ledger.refused.some((answer) => answer.status === 503),
      30_000,
    )
    const probe = createHttpClient(installation.url)
    assert.equal((await probe.get("/health/live")).status, 200)
    probe.close()

    small().free()
    await goesOn(t, load)
  },
)

test("on a full disk Aviary starts or says why not", { timeout: 60_000 }, async (t) => {
  aviary.kill("SIGTERM")
  assert.equal((await aviary.exited).code, 0, aviary.output())
  small().fill()
  const refused = installation.run(["start"])
  const client = createHttpClient(installation.url)
  const outcome = await Promise.race([
    refused.exited,
    waitFor("answer or end", async () =>
      (await client.get("/api/v1/timelines/public")).status === 200 ? "serving" : undefined,
    ).catch(() => "neither"),
  ])
  client.close()
  t.diagnostic(outcome === "serving" ? "it serves reads" : refused.output())
  if (outcome === "serving") {
    refused.kill("SIGTERM")
  } else {
    assert.deepEqual(outcome, { code: 1, signal: null }, refused.output())
    assert.match(refused.output(), /disk is full|No space left on device/)
  }
  await refused.exited
  small().free()
  aviary = await installation.start()
  await checkReplay(installation)
})

function begin(t: TestContext, name: string): Load {
  const load = startLoad({ url: installation.url, members: others, mentioned: hawk, name })
  t.after(() => load.stop())
  return load
}

/** With space again: posts are taken, all that was acknowledged is there, and the log rebuilds every table. */
async function goesOn(t: TestContext, load: Load): Promise<void> {
  const freed = performance.now()
  const before = load.ledger.posts.size
  await waitUntil("posts once there is space", () => load.ledger.posts.size > before, 30_000)
  t.diagnostic(`takes posts again ${Math.round(performance.now() - freed)} ms after there is space`)
  await load.stop()

  const { ledger } = load
  const unexpected = ledger.refused.filter((answer) => !isClearRefusal(answer))
  assert.deepEqual(unexpected, [])
  assert.equal(ledger.lost, 0, "every request was answered")
  const found = await checkConsistency(installation, { ledger, reader: hawk })
  await settleOpen(installation.url, ledger)
  await checkConsistency(installation, { ledger, reader: hawk })
  const events = await checkReplay(installation)
  t.diagnostic(
    `${found.posts} posts and ${found.likes} likes acknowledged, all found; ${ledger.refused.length} refused; ` +
      `slowest answer ${Math.round(ledger.slowestMs)} ms; ${events} events rebuild every table`,
  )
}

function isClearRefusal({ status, body, headers }: Answer): boolean {
  if (status === 507)
    return textOf({ status, body }, "error") === "The server's disk is full; nothing was changed"
  return status === 503 && headers["retry-after"] !== undefined
}

/** An upload that cannot be kept is refused, and leaves no file behind. */
async function refusesMedia(client: ReturnType<typeof createHttpClient>): Promise<void> {
  const filesBefore = mediaFiles()
  for (const route of ["/api/v1/media", "/api/v2/media"]) {
    const form = new FormData()
    form.set("file", new Blob([PNG], { type: "image/png" }), "wren.png")
    const answer = await client.post(route, { form })
    assert.equal(answer.status, 507, JSON.stringify(answer.body))
    assert.equal(textOf(answer, "code"), "storage.full")
  }
  assert.deepEqual(mediaFiles(), filesBefore)
}

function mediaFiles(): string[] {
  try {
    const entries = readdirSync(path.join(installation.dataDir, "media"), {
      recursive: true,
      withFileTypes: true,
    })
    return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
  } catch {
    return []
  }
}

async function switchWal(): Promise<void> {
  const database = openDatabase({
    url: installation.databaseUrl(),
    poolSize: 1,
    log: createLog({ level: "silent" }),
  })
  try {
    // A record after the switch, so that the new file is needed; each may already fail for want of it.
    for (const statement of [
      "SELECT pg_switch_wal()",
      "SELECT pg_logical_emit_message(true, 'fault', 'fault')",
    ]) {
      await database.pool.query(statement).catch(() => undefined)
    }
  } finally {
    await database.close()
  }
}

/** One red pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==",
  "base64",
)
