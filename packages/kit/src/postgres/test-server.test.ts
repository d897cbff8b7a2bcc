import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, realpathSync, utimesSync } from "node:fs"
import path from "node:path"
import { test } from "node:test"
import pg from "pg"
import { processIdentity } from "../processes.ts"
import { createTestDatabase, ensureTemplate } from "./test-database.ts"
import { startTestPostgres } from "./test-server.ts"

test("a throwaway server gives each test a database of its own from one template, and leaves nothing", async () => {
  const server = await startTestPostgres()
  const directory = directoryOf(server.connectionString)
  try {
    let builds = 0
    const build = async (connectionString: string) => {
      builds++
      await query(connectionString, "CREATE TABLE made AS SELECT 1 AS n")
    }
    await assert.rejects(
      ensureTemplate(server.connectionString, "template", () => Promise.reject(new Error("no"))),
      /no/,
    )
    await Promise.all([1, 2, 3].map(() => ensureTemplate(server.connectionString, "template", build)))
    assert.equal(builds, 1)

    const a = await createTestDatabase(server.connectionString, { template: "template" })
    const b = await createTestDatabase(server.connectionString, { template: "template" })
    await query(a.connectionString, "DROP TABLE made")
    assert.deepEqual(await query(b.connectionString, "SELECT n FROM made"), [{ n: 1 }])
    await b.drop()
    await assert.rejects(query(b.connectionString, "SELECT 1"), /does not exist/)
    const empty = await createTestDatabase(server.connectionString)
    assert.deepEqual(
      await query(empty.connectionString, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"),
      [],
    )
  } finally {
    await server.stop()
  }
  assert.equal(existsSync(directory), false)
})

test("what a killed run left is stopped and removed by the next one", async () => {
  const module = path.join(import.meta.dirname, "test-server.ts")
  const program = `
    const { startTestPostgres } = await import(${JSON.stringify(module)})
    console.log((await startTestPostgres()).connectionString)
  `
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [line] = (await once(child.stdout, "data")) as [Buffer]
  const connectionString = line.toString("utf8").trim()
  child.kill("SIGKILL")
  await once(child, "exit")
  const directory = directoryOf(connectionString)
  const [row] = await query(
    connectionString,
    "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid",
  )
  const pid = Number(row?.["pid"])
  assert.ok(processIdentity(pid))
  utimesSync(directory, 0, 0)

  const next = await startTestPostgres()
  await next.stop()
  assert.equal(processIdentity(pid), undefined)
  assert.equal(existsSync(directory), false)
})

/** The directory of a test server, above that of its socket. */
function directoryOf(connectionString: string): string {
  const socketDir = decodeURIComponent(/host=([^&]+)/.exec(connectionString)?.[1] ?? "")
  return realpathSync(path.dirname(socketDir))
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
