// `kill -9` of Aviary in the middle of writes, again and again: nothing that was acknowledged is lost, nothing half-done is
// visible, and PostgreSQL, which was left running, is taken over.

import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createInstallation } from "./aviary-process.ts"
import type { AviaryProcess, Installation } from "./aviary-process.ts"
import { checkConsistency, checkReplay } from "./consistency.ts"
import { addLedger, emptyLedger, settleOpen, startLoad } from "./load.ts"
import { createMembers } from "./members.ts"
import type { Member } from "./members.ts"
import { waitUntil } from "./wait-until.ts"

const ROUNDS = 3
const POSTS_A_ROUND = 60

let installation: Installation
let aviary: AviaryProcess
let hawk: Member
let members: Member[]

before(async () => {
  installation = await createInstallation()
  aviary = await installation.start()
  const [first, ...others] = await createMembers(installation, ["hawk", "wren", "lark", "rook", "finch"])
  assert.ok(first)
  hawk = first
  members = [hawk, ...others]
})

after(() => installation.remove())

test("what was acknowledged survives kill -9 under load", { timeout: 90_000 }, async (t) => {
  const total = emptyLedger()
  const postgres = installation.postgresPid()
  assert.ok(postgres)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const load = startLoad({ url: installation.url, members, mentioned: hawk, name: `gale-${round}` })
    await waitUntil("posts enough to kill it", () => load.ledger.posts.size >= POSTS_A_ROUND)
    aviary.kill("SIGKILL")
    assert.deepEqual(await aviary.exited, { code: null, signal: "SIGKILL" })
    await load.stop()
    assert.ok(load.ledger.lost > 0, "the kill came in the middle of requests")
    assert.deepEqual(load.ledger.refused, [])
    assert.equal(installation.postgresPid(), postgres, "PostgreSQL was left running")

    aviary = await installation.start()
    assert.equal(installation.postgresPid(), postgres, "PostgreSQL was taken over")
    const open = load.ledger.open.length
    addLedger(total, load.ledger)
    const found = await checkConsistency(installation, { ledger: total, reader: hawk })
    await settleOpen(installation.url, total)
    await checkConsistency(installation, { ledger: total, reader: hawk })
    t.diagnostic(
      `round ${round}: ${found.posts} posts and ${found.likes} likes acknowledged, all found; ${open} left open; ` +
        `first 200 after ${Math.round(aviary.startMs)} ms`,
    )
  }
  const events = await checkReplay(installation)
  t.diagnostic(`${events} events rebuild every table`)
})
