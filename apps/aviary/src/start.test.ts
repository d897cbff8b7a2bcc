// `aviary start` as a person at a terminal meets it: a second one on the same data, signals under load, a broken
// configuration, a database of one's own, and none.

import assert from "node:assert/strict"
import { existsSync, writeFileSync } from "node:fs"
import path from "node:path"
import { after, before, test } from "node:test"
import { createTestDatabase, useTestPostgres } from "@aviary/kit/postgres/testing"
import { createInstallation, freePort } from "./faults/aviary-process.ts"
import type { AviaryProcess, Exit, Installation } from "./faults/aviary-process.ts"
import { checkConsistency, checkReplay } from "./faults/consistency.ts"
import { createHttpClient } from "./faults/http-client.ts"
import type { Answer } from "./faults/http-client.ts"
import { addLedger, emptyLedger, settleOpen, startLoad } from "./faults/load.ts"
import { createMembers } from "./faults/members.ts"
import type { Member } from "./faults/members.ts"
import { openUserStream } from "./faults/user-stream.ts"
import { waitUntil } from "./faults/wait-until.ts"

let installation: Installation
let aviary: AviaryProcess
let hawk: Member
let members: Member[]

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
  members = await createMembers(installation, ["hawk", "wren", "lark", "rook"])
  const [first] = members
  assert.ok(first)
  hawk = first
})

after(() => installation.remove())

test("a second start on the same data is refused, and the first does not notice", async () => {
  const second = installation.run(["start"], { AVIARY_HTTP_PORT: String(await freePort()) })
  assert.deepEqual(await second.exited, { code: 1, signal: null })
  assert.match(second.output(), new RegExp(`already running on .*\\(pid ${aviary.pid}\\)`))
  const client = createHttpClient(installation.url)
  assert.equal((await client.get("/api/v1/timelines/public")).status, 200)
  client.close()
})

test("it says where the figures for operators are, and they are there and nowhere else", async () => {
  const url = /http:\/\/127\.0\.0\.1:\d+\/metrics/
  await waitUntil("the figures' address", () => url.test(aviary.output()))
  const figures = await fetch(url.exec(aviary.output())?.[0] ?? "")
  assert.match(await figures.text(), /^aviary_http_requests_total\{/m)
  assert.equal((await fetch(`${installation.url}/metrics`)).status, 404)
})

test("the first start prints a link by which the owner gets in once, without a password from the terminal", async () => {
  const link = /\S+\/setup\?token=\S+/
  await waitUntil("the set-up link", () => link.test(aviary.output()))
  const [address = ""] = link.exec(aviary.output()) ?? []
  const { pathname, search } = new URL(address)
  const opened = await fetch(`${installation.url}${pathname}${search}`)
  assert.equal(opened.status, 200)
  assert.match(await opened.text(), /Welcome, @owner/)
  assert.match(aviary.output(), /Your sign-in as the owner/)
})

const total = emptyLedger()

// A terminal's Ctrl-C reaches the command twice when npm, which got it too, passes it on.
for (const signals of [["SIGINT", "SIGINT"], ["SIGTERM"]] as const) {
  test(
    `${signals.join(" and ")} under load drains, ends with 0, and loses nothing`,
    { timeout: 60_000 },
    async (t) => {
      const name = `breeze-${signals.length}`
      const load = startLoad({ url: installation.url, members, mentioned: hawk, name })
      t.after(() => load.stop())
      await waitUntil("posts under way", () => load.ledger.posts.size >= 40)
      assert.ok(installation.postgresPid())
      // An app that listens must not hold the stop up.
      const stream = await openUserStream(installation.url, hawk.token)
      t.after(() => stream.close())
      const signalled = performance.now()
      for (const signal of signals) aviary.kill(signal)
      let ended: Exit | undefined
      void aviary.exited.then((exit) => (ended = exit))
      await waitUntil("end of Aviary", () => ended !== undefined)
      t.diagnostic(`stopped after ${Math.round(performance.now() - signalled)} ms`)
      assert.deepEqual(ended, { code: 0, signal: null }, aviary.output())
      await load.stop()
      assert.match(aviary.output(), /stopped\s*$/)
      assert.equal(installation.postgresPid(), undefined, "PostgreSQL was stopped too")
      assert.equal(existsSync(path.join(installation.dataDir, "run.json")), false)
      assert.deepEqual(
        load.ledger.refused.filter((answer) => !isStopping(answer)),
        [],
      )

      aviary = await installation.start()
      t.diagnostic(`cold start to the first 200 with existing data: ${Math.round(aviary.startMs)} ms`)
      addLedger(total, load.ledger)
      const found = await checkConsistency(installation, { ledger: total, reader: hawk })
      await settleOpen(installation.url, total)
      await checkConsistency(installation, { ledger: total, reader: hawk })
      await checkReplay(installation)
      t.diagnostic(`${found.posts} posts and ${found.likes} likes acknowledged, all found`)
    },
  )
}

/** What a server that is stopping may say to a request that came too late. */
function isStopping({ status, headers }: Answer): boolean {
  return status === 503 && headers["retry-after"] !== undefined && headers.connection === "close"
}

test("every problem of a configuration is named, and nothing is started", async (t) => {
  const broken = await createInstallation()
  t.after(() => broken.remove())
  writeFileSync(
    path.join(broken.dataDir, "aviary.yaml"),
    "http:\n  port: 3000\n  prot: 1\nposts:\n  maxCharacters: many\n",
  )
  const command = broken.run(["start"], { AVIARY_HTTP_PORT: "99999", AVIARY_DATA_DRI: "elsewhere" })
  assert.deepEqual(await command.exited, { code: 1, signal: null })
  const said = command.output()
  assert.match(said, /4 problem/)
  for (const problem of [
    /AVIARY_HTTP_PORT: /,
    /AVIARY_DATA_DRI: /,
    /aviary\.yaml:3 http\.prot: /,
    /aviary\.yaml:5 posts\.maxCharacters: /,
  ]) {
    assert.match(said, problem)
  }
  assert.equal(existsSync(path.join(broken.dataDir, "postgres")), false)
})

test("a database of one's own is used, and left running", { timeout: 60_000 }, async (t) => {
  const server = await useTestPostgres()
  const database = await createTestDatabase(server.url)
  const guest = await createInstallation()
  t.after(async () => {
    await guest.remove()
    await database.drop()
    await server.stop()
  })

  const command = await guest.start({ AVIARY_DATABASE_URL: database.connectionString })
  assert.equal(
    existsSync(path.join(guest.dataDir, "postgres")),
    false,
    "no database of Aviary's own was made",
  )
  const [wren] = await createMembers(guest, ["wren"])
  assert.ok(wren)
  const client = createHttpClient(guest.url, wren.token)
  const posted = await client.post("/api/v1/statuses", { json: { status: "A guest in this tree" } })
  assert.equal(posted.status, 200, JSON.stringify(posted.body))
  client.close()
  command.kill("SIGTERM")
  assert.deepEqual(await command.exited, { code: 0, signal: null }, command.output())
  assert.equal(
    (await checkReplay({
      run: (args) => guest.run(args, { AVIARY_DATABASE_URL: database.connectionString }),
    })) > 0,
    true,
  )
})

test("a database that cannot be reached is named as the reason, without its password", async (t) => {
  const lonely = await createInstallation()
  t.after(() => lonely.remove())
  const port = await freePort()
  const command = lonely.run(["start"], {
    AVIARY_DATABASE_URL: `postgres://aviary:very-secret@127.0.0.1:${port}/aviary`,
  })
  assert.deepEqual(await command.exited, { code: 1, signal: null })
  assert.match(command.output(), /database cannot be reached/)
  assert.doesNotMatch(command.output(), /very-secret|\n\s+at /)
})
