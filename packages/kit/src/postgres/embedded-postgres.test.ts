// The real server, killed and left behind in every way that happens. Each test waits for what it has caused; none sleeps.

import assert from "node:assert/strict"
import { execFileSync, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { after, test } from "node:test"
import type { TestContext } from "node:test"
import pg from "pg"
import { createEmbeddedPostgres } from "./embedded-postgres.ts"
import type { EmbeddedPostgresDeps } from "./embedded-postgres.ts"
import { isRoot } from "./os-user.ts"
import { findPostmaster } from "./postmaster-file.ts"
import { processIdentity } from "../processes.ts"
import { stopServer } from "./server-process.ts"
import type { PostgresLog } from "./server-process.ts"

// Left on so that every test would also find a server that acknowledges too early: synchronous_commit, full_page_writes.
const QUICK = { fsync: "off" }
const temporaryDirectories: string[] = []
/** Where the programs go, once for all tests, when the checkout is a private directory. */
const systemDir = temporaryDirectory()

after(async () => {
  for (const directory of temporaryDirectories) {
    const left = findPostmaster(path.join(directory, "postgres"))
    if (left) await stopServer(left, quiet)
    rmSync(directory, { recursive: true, force: true })
  }
})

const quiet: PostgresLog = { info: () => undefined, warn: () => undefined, error: () => undefined }

test("starts on nothing, keeps what was written, and stops without a trace of the process", async (t) => {
  const dataDir = path.join(temporaryDirectory(), "Ærlig data 's")
  const postgres = start(t, { dataDir })
  const steps: string[] = []
  const address = await postgres.start((step) => steps.push(step))
  // Before these, the programs may have been copied to where their user can reach them.
  assert.deepEqual(steps.slice(-2), ["creating the database cluster", "starting the database"])

  await query(address.connectionString, "CREATE TABLE kept (n int)")
  await query(address.connectionString, "INSERT INTO kept VALUES (7)")
  const [facts] = await query(
    address.connectionString,
    `SELECT current_database() AS database, current_setting('server_encoding') AS encoding,
      current_setting('data_checksums') AS checksums, current_setting('listen_addresses') AS addresses,
      lower('ÄÉ') AS lower, 'Z' < 'a' AND 'z' < 'ä' AS code_point_order`,
  )
  assert.deepEqual(facts, {
    database: "aviary",
    encoding: "UTF8",
    checksums: "on",
    addresses: "",
    lower: "äé",
    code_point_order: true,
  })
  assert.equal(statSync(address.socketDir).mode & 0o777, 0o700)
  assert.equal(statSync(path.join(dataDir, "postgres-password")).mode & 0o777, 0o600)
  await assert.rejects(query(address.connectionString.replace(/:[^:@]+@/, ":wrong@"), "SELECT 1"), /password/)

  const { pid } = postgres
  await postgres.stop()
  assert.equal(postgres.pid, undefined)
  assert.equal(processIdentity(pid ?? 0), undefined)

  const again = await postgres.start()
  assert.deepEqual(await query(again.connectionString, "SELECT n FROM kept"), [{ n: 7 }])
})

test("comes back after a kill -9 with everything that was acknowledged", async (t) => {
  const crashed = Promise.withResolvers<string>()
  const back = Promise.withResolvers<void>()
  const log = {
    ...quiet,
    info: (_: object, message: string) => message.includes("runs again") && back.resolve(),
  }
  const postgres = start(t, { log, onCrash: (end) => crashed.resolve(end), dataDir: await madeBefore() })
  const { connectionString } = await postgres.start()
  await query(connectionString, "CREATE TABLE kept AS SELECT 1 AS n")

  const first = postgres.pid ?? 0
  process.kill(first, "SIGKILL")
  assert.equal(await crashed.promise, "signal SIGKILL")
  await back.promise
  assert.notEqual(postgres.pid, first)
  assert.deepEqual(await query(connectionString, "SELECT n FROM kept"), [{ n: 1 }])
})

test("stop waits for a start that is under way, and undoes it", async (t) => {
  const dataDir = await madeBefore()
  const postgres = start(t, { dataDir })
  const started = postgres.start()
  await postgres.stop()
  await started
  assert.equal(postgres.pid, undefined)
  assert.equal(findPostmaster(path.join(dataDir, "postgres")), undefined)
})

test("stop is obeyed while a crashed server waits for its restart", async (t) => {
  const crashed = Promise.withResolvers<string>()
  const dataDir = await madeBefore()
  const postgres = start(t, { onCrash: (end) => crashed.resolve(end), dataDir })
  await postgres.start()
  process.kill(postgres.pid ?? 0, "SIGKILL")
  await crashed.promise
  await postgres.stop()
  assert.equal(findPostmaster(path.join(dataDir, "postgres")), undefined)
})

test("a server that a killed Aviary left running is taken over, its connections intact", async (t) => {
  const dataDir = await madeBefore()
  const orphan = await leaveServerRunning(dataDir)
  const client = new pg.Client({ connectionString: orphan.connectionString })
  t.after(() => client.end())
  client.on("error", () => undefined)
  await client.connect()

  const postgres = start(t, { dataDir })
  const address = await postgres.start()
  assert.equal(postgres.pid, orphan.pid)
  assert.equal(address.connectionString, orphan.connectionString)
  assert.deepEqual((await client.query("SELECT 1 AS n")).rows, [{ n: 1 }])

  // Not a child of this process, but watched all the same.
  const { pid } = postgres
  await postgres.stop()
  assert.equal(findPostmaster(path.join(dataDir, "postgres")), undefined, `pid ${pid}`)
})

test("a server left running with other settings is restarted with the wanted ones", async (t) => {
  const dataDir = await madeBefore()
  const orphan = await leaveServerRunning(dataDir)
  const postgres = start(t, { dataDir, settings: { ...QUICK, work_mem: "5MB" } })
  const { connectionString } = await postgres.start()
  assert.notEqual(postgres.pid, orphan.pid)
  assert.deepEqual(await query(connectionString, "SHOW work_mem"), [{ work_mem: "5MB" }])
})

test("a server left running that dies after it was taken over is restarted", async (t) => {
  const dataDir = await madeBefore()
  const orphan = await leaveServerRunning(dataDir)
  const back = Promise.withResolvers<void>()
  const log = {
    ...quiet,
    info: (_: object, message: string) => message.includes("runs again") && back.resolve(),
  }
  const postgres = start(t, { dataDir, log })
  await postgres.start()
  process.kill(orphan.pid, "SIGKILL")
  await back.promise
  assert.notEqual(postgres.pid, orphan.pid)
})

test("what a dead server left behind does not hinder: its pid file, now another process's pid, or a half-made cluster", async (t) => {
  const dataDir = temporaryDirectory()
  mkdirSync(path.join(dataDir, "postgres.new-dead"), { mode: 0o700 })
  const postgres = start(t, { dataDir })
  await postgres.start()
  assert.equal(existsSync(path.join(dataDir, "postgres.new-dead")), false)
  const pidFile = path.join(dataDir, "postgres/postmaster.pid")
  const left = readFileSync(pidFile, "utf8")
  await postgres.stop()
  writeFileSync(pidFile, left.replace(/^\d+/, String(process.pid)))
  await postgres.start()
})

test("a lost password file is no lost database", async (t) => {
  const dataDir = await madeBefore()
  const postgres = start(t, { dataDir })
  const before = await postgres.start()
  await query(before.connectionString, "CREATE TABLE kept AS SELECT 1 AS n")
  await postgres.stop()
  rmSync(path.join(dataDir, "postgres-password"))
  const after = await postgres.start()
  assert.notEqual(after.connectionString, before.connectionString)
  assert.deepEqual(await query(after.connectionString, "SELECT n FROM kept"), [{ n: 1 }])
})

test("a second one on the same cluster is refused and leaves the first alone", async (t) => {
  const dataDir = await madeBefore()
  const first = start(t, { dataDir })
  const { connectionString } = await first.start()
  const second = createEmbeddedPostgres({ dataDir, systemDir, log: quiet, settings: QUICK })
  await assert.rejects(second.start(), {
    code: "start.already_running",
    message: new RegExp(`process ${process.pid} `),
  })
  assert.deepEqual(await query(connectionString, "SELECT 1 AS n"), [{ n: 1 }])
})

for (const [what, name] of [
  ["too long for a socket", "d".repeat(100)],
  ["with a comma", "a,b"],
] as const) {
  test(`a path ${what} gets another one elsewhere`, async (t) => {
    const dataDir = path.join(temporaryDirectory(), name)
    const postgres = start(t, { dataDir })
    const { connectionString, socketDir } = await postgres.start()
    t.after(() => rmSync(socketDir, { recursive: true, force: true }))
    assert.ok(!socketDir.startsWith(dataDir) && socketDir.length < 90, socketDir)
    assert.deepEqual(await query(connectionString, "SELECT 1 AS n"), [{ n: 1 }])
  })
}

test("a start that fails says what the server said, and the next one works", async (t) => {
  const dataDir = await madeBefore()
  const broken = createEmbeddedPostgres({
    dataDir,
    systemDir,
    log: quiet,
    settings: { ...QUICK, shared_buffers: "nonsense" },
  })
  await assert.rejects(broken.start(), {
    code: "start.failed",
    message: /invalid value for parameter "shared_buffers"/,
  })
  await start(t, { dataDir }).start()
})

test("a directory that holds something else, or another version, is left as it is", async () => {
  const dataDir = temporaryDirectory()
  const clusterDir = path.join(dataDir, "postgres")
  mkdirSync(clusterDir)
  writeFileSync(path.join(clusterDir, "diary.txt"), "mine")
  const postgres = createEmbeddedPostgres({ dataDir, systemDir, log: quiet, settings: QUICK })
  await assert.rejects(postgres.start(), { code: "start.failed", message: /no PostgreSQL cluster/ })
  writeFileSync(path.join(clusterDir, "PG_VERSION"), "17\n")
  await assert.rejects(postgres.start(), { code: "start.failed", message: /is of PostgreSQL 17/ })
  assert.equal(readFileSync(path.join(clusterDir, "diary.txt"), "utf8"), "mine")
})

test("a full disk is named as the reason, leaves nothing half-made, and is over when there is space", async (t) => {
  const dataDir = temporaryDirectory()
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=20m,mode=0755", "tmpfs", dataDir]).status !== 0) {
    return t.skip("a small disk can only be mounted by root with CAP_SYS_ADMIN")
  }
  t.after(() => execFileSync("umount", [dataDir]))
  const postgres = createEmbeddedPostgres({ dataDir, systemDir, log: quiet, settings: QUICK })
  await assert.rejects(postgres.start(), {
    code: "start.failed",
    message: /No space left on device|Check free disk space/,
  })
  assert.equal(existsSync(path.join(dataDir, "postgres")), false)
  execFileSync("mount", ["-o", "remount,size=200m", dataDir])
  await postgres.start()
  await postgres.stop()
})

test("in a directory that only root can enter, the cluster lies elsewhere, linked and announced", async (t) => {
  if (!isRoot()) return t.skip("only as root does the server run as another user")
  const root = temporaryDirectory()
  const dataDir = path.join(root, "private/data")
  const systemDir = path.join(root, "system")
  mkdirSync(path.dirname(dataDir), { mode: 0o700 })
  const postgres = start(t, { dataDir, systemDir })
  const steps: string[] = []
  const { connectionString } = await postgres.start((step) => steps.push(step))
  await query(connectionString, "CREATE TABLE kept AS SELECT 1 AS n")
  const link = path.join(dataDir, "postgres")
  assert.ok(lstatSync(link).isSymbolicLink())
  const place = readlinkSync(link)
  assert.ok(place.startsWith(systemDir))
  assert.ok(
    steps.some((step) => step.includes(place) && step.includes(dataDir)),
    steps.join("\n"),
  )
  await postgres.stop()
  const again = await postgres.start()
  assert.deepEqual(await query(again.connectionString, "SELECT n FROM kept"), [{ n: 1 }])
  await postgres.stop()

  // Deleting the data directory starts over and keeps what was there.
  rmSync(dataDir, { recursive: true })
  const fresh = await postgres.start()
  await assert.rejects(query(fresh.connectionString, "SELECT n FROM kept"), /does not exist/)
  assert.notEqual(readlinkSync(link), place)
  assert.ok(existsSync(path.join(place, "PG_VERSION")))
})

let template: Promise<string> | undefined

/** A data directory with an empty cluster: a copy of one that is made once, to save each test its initdb. */
async function madeBefore(): Promise<string> {
  template ??= makeTemplate()
  const dataDir = temporaryDirectory()
  cpSync(await template, dataDir, { recursive: true, preserveTimestamps: true })
  return dataDir
}

async function makeTemplate(): Promise<string> {
  const dataDir = temporaryDirectory()
  const postgres = createEmbeddedPostgres({ dataDir, systemDir, log: quiet, settings: QUICK })
  await postgres.start()
  await postgres.stop()
  return dataDir
}

/** Stopped when the test ends. */
function start(t: TestContext, deps: Partial<EmbeddedPostgresDeps> & { dataDir: string }) {
  const postgres = createEmbeddedPostgres({ systemDir, log: quiet, settings: QUICK, ...deps })
  t.after(() => postgres.stop())
  return postgres
}

/** Starts a server from a process that is then killed. */
async function leaveServerRunning(dataDir: string): Promise<{ pid: number; connectionString: string }> {
  const program = `
    const { createEmbeddedPostgres } = await import(${JSON.stringify(path.join(import.meta.dirname, "index.ts"))})
    const quiet = () => undefined
    const postgres = createEmbeddedPostgres({
      dataDir: ${JSON.stringify(dataDir)}, systemDir: ${JSON.stringify(systemDir)}, settings: { fsync: "off" }, log: { info: quiet, warn: quiet, error: quiet },
    })
    const { connectionString } = await postgres.start()
    console.log(JSON.stringify({ pid: postgres.pid, connectionString }))
  `
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [line] = (await once(child.stdout, "data")) as [Buffer]
  child.kill("SIGKILL")
  await once(child, "exit")
  return JSON.parse(line.toString("utf8")) as { pid: number; connectionString: string }
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  client.on("error", () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Removed at the end of the file, after any server that still runs in it. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), "aviary-pg-"))
  chmodSync(directory, 0o755)
  temporaryDirectories.push(directory)
  return directory
}
