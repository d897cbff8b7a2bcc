// Aviary replaces itself: a release with one more migration is rolled out under the load of members who post and like, and undone
// again. Nobody loses a request, and streams come back by the rules of the drain.

import assert from "node:assert/strict"
import { cpSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import { after, before, test } from "node:test"
import type { RolloutView, ServiceView } from "@aviary/delivery"
import { createControlClient } from "@aviary/delivery/control"
import { currentSchema, openDatabase } from "@aviary/social"
import { createLog } from "@aviary/kit"
import { createInstallation } from "../../faults/aviary-process.ts"
import type { Installation } from "../../faults/aviary-process.ts"
import { startLoad } from "../../faults/load.ts"
import { createMembers } from "../../faults/members.ts"
import { waitFor } from "../../faults/wait-until.ts"
import { deliverySocketPath } from "../../gateway/control-socket.ts"
import { openLastingStream } from "./lasting-stream.ts"

const CHECKOUT = resolve(import.meta.dirname, "../../../../..")
/** Of the manifest. */
const DRAIN_MS = 30_000
/** "Going away" and "service restart": https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 and its registry. */
const COME_BACK = [1001, 1012]
const MEMBERS = ["hawk", "wren", "lark"]
const LOAD = "upgrade"
const LEFT_OUT = new Set(["node_modules", ".git", "data", "dist"])

let installation: Installation
before(async () => {
  installation = await createInstallation()
  await installation.start()
})
after(() => installation.remove())

/** The checkout as its next release would be: one more column, added. */
function nextRelease(dir: string): string {
  cpSync(CHECKOUT, dir, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
  const { version } = currentSchema()
  const name = `${String(version + 1).padStart(4, "0")}-plumage`
  const migrations = join(dir, "packages/social/src/db/migrations")
  writeFileSync(
    join(migrations, `${name}.ts`),
    `import { sql } from "kysely"
import type { Kysely } from "kysely"
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql\`ALTER TABLE accounts ADD COLUMN plumage text NOT NULL DEFAULT 'brown'\`.execute(db)
}
`,
  )
  edit(join(migrations, "index.ts"), (text) =>
    `import { up as plumage } from "./${name}.ts"\n${text}`.replace(
      /\n\}\s*$/,
      `\n  "${name}": { kind: "expand", oldestRelease: 2, up: plumage },\n}\n`,
    ),
  )
  edit(join(dir, "aviary-release.yaml"), (text) =>
    text.replace(/\b(min|max): \d+/g, (_, field: string) => `${field}: ${version + 1}`),
  )
  return dir
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")))
}

/** What the column that the next release adds has in it. */
async function plumages(): Promise<string[]> {
  const { pool, close } = openDatabase({
    url: installation.databaseUrl(),
    poolSize: 1,
    log: createLog({ level: "silent" }),
  })
  try {
    const { rows } = await pool.query<{ plumage: string }>("SELECT DISTINCT plumage FROM accounts")
    return rows.map(({ plumage }) => plumage)
  } finally {
    await close()
  }
}

test(
  "a release that expands the schema replaces the running one and is undone, under load",
  { timeout: 240_000 },
  async (t) => {
    const control = createControlClient(deliverySocketPath(installation.dataDir))
    const [first, ...others] = await createMembers(installation, MEMBERS)
    assert.ok(first)
    const load = startLoad({
      url: installation.url,
      members: [first, ...others],
      mentioned: first,
      name: LOAD,
    })
    const posts = (): number => load.ledger.posts.size
    const more = async (): Promise<void> => {
      const before = posts()
      await waitFor("more posts", () => (posts() > before + 20 ? true : undefined))
    }
    const view = async (): Promise<RolloutView | null> =>
      (await control.ask("GET", "/v1/services/social/rollout")) as RolloutView | null
    const stable = async (): Promise<string | undefined> =>
      ((await control.ask("GET", "/v1/services")) as ServiceView[]).find(({ name }) => name === "social")
        ?.stable?.release
    const old = await stable()
    const early = await openLastingStream(installation.url, first.token)
    t.after(() => early.close())

    const body = {
      source: nextRelease(join(installation.dataDir, "next")),
      service: "social",
      by: "ada",
      spec: { service: "social", replicas: 1, strategy: { blueGreen: { scaleDownDelay: "2m" } } },
    }
    for await (const _ of control.lines("/v1/deploy", { body }));
    const switched = await waitFor(
      "the switch",
      async () => {
        const found = await view()
        if (found?.endedAt !== undefined) throw new Error(`${found.status}: ${found.reason}`)
        return found?.phase === "settling" ? found : undefined
      },
      150_000,
    )
    assert.equal(await stable(), switched.to)
    assert.deepEqual(await plumages(), ["brown"], "the new column is there, for both releases")
    const late = await openLastingStream(installation.url, first.token)
    t.after(() => late.close())
    // What was under way when it opened may have been told before.
    const heardFrom = posts() + MEMBERS.length
    await more()

    await control.ask("POST", "/v1/services/social/undo", { by: "ada" })
    const undone = await waitFor("the end", async () => {
      const found = await view()
      return found?.endedAt === undefined ? undefined : found
    })
    assert.equal(undone.status, "undone", undone.reason)
    assert.equal(await stable(), old)
    await waitFor(
      "the return of who listened to the release that went",
      () => (late.gaps.length > 0 && late.isOpen() ? true : undefined),
      DRAIN_MS,
    )
    await more()
    await load.stop()
    for (const { code, ms } of [...early.gaps, ...late.gaps]) {
      assert.ok(COME_BACK.includes(code), `told to come back, not cut off: ${code}`)
      assert.ok(ms < DRAIN_MS, `away for ${ms} ms`)
    }
    const written = [...load.ledger.posts]
    for (const [stream, posts] of [
      [early, written],
      [late, written.slice(heardFrom)],
    ] as const) {
      // Nobody is told of what they wrote themselves.
      const missing = (): number =>
        posts.filter(([id, text]) => !text.startsWith(`${LOAD}-0 `) && !stream.mentions().has(id)).length
      t.diagnostic(`${missing()} of ${posts.length} mentions not heard, ${stream.gaps.length} gaps`)
      await waitFor("every mention, heard or read again", async () => {
        if (missing() > 0) await stream.readAll()
        return missing() === 0 ? true : undefined
      })
    }
    assert.deepEqual(await plumages(), ["brown"], "an undo takes no column away")
    assert.equal(load.ledger.lost, 0, "every request was answered")
    assert.deepEqual(load.ledger.refused, [])
  },
)
