// Releases from directories, tarballs and git: what is kept, what is refused, and that nothing half-done stays.

import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { createLog } from "@aviary/kit"
import { create, Header } from "tar"
import { openReleaseStore } from "./release-store.ts"
import type { ReleaseStoreDeps } from "./release-store.ts"
import type { Releases } from "./release.ts"

let dir: string
let store: Releases
let inUse: Set<string>
let now: number

const MANIFEST = "command: [node, service.mjs]\n"
const options = { service: "bird", onProgress: () => {} }

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "releases-"))
  inUse = new Set()
  now = Date.UTC(2026, 0, 1)
  store = await open()
})
afterEach(() => {
  execFileSync("chmod", ["-R", "u+w", dir])
  rmSync(dir, { recursive: true, force: true })
})

function open(more: Partial<ReleaseStoreDeps> = {}): Promise<Releases> {
  return openReleaseStore({
    dir: join(dir, "releases"),
    workingDir: dir,
    defaultsOf: () => undefined,
    isInUse: (id) => inUse.has(id),
    environment: { PATH: process.env.PATH ?? "" },
    now: () => (now += 1_000),
    log: createLog({ level: "silent" }),
    ...more,
  })
}

/** A source with these files; returns its path. */
function source(files: Record<string, string>, name = "source"): string {
  for (const [path, text] of Object.entries({ "aviary-release.yaml": MANIFEST, ...files })) {
    mkdirSync(dirname(join(dir, name, path)), { recursive: true })
    writeFileSync(join(dir, name, path), text)
  }
  return join(dir, name)
}

/** What is in the store beside what `list` tells of. */
function leftOvers(): string[] {
  const known = new Set(store.list().flatMap(({ id }) => [id, `${id}.json`]))
  return readdirSync(join(dir, "releases")).filter((name) => !known.has(name))
}

describe("a directory", () => {
  test("becomes a release without git's folder, dependencies and data, and read-only", async () => {
    const path = source({
      "service.mjs": "1",
      "src/a.mjs": "2",
      ".git/HEAD": "x",
      "node_modules/x/y": "x",
      "data/secret": "x",
    })
    chmodSync(join(path, "service.mjs"), 0o755)
    const release = await store.install(path, options)
    assert.match(release.id, /^bird@[0-9a-f]{8}$/)
    assert.deepEqual(readdirSync(release.dir).sort(), ["aviary-release.yaml", "service.mjs", "src"])
    assert.equal(statSync(join(release.dir, "service.mjs")).mode & 0o777, 0o555)
    assert.equal(statSync(join(release.dir, "src/a.mjs")).mode & 0o777, 0o444)
    assert.equal(release.manifest.health.path, "/health")
    await store.verify(release.id)
    assert.deepEqual(leftOvers(), [])
  })

  test("is the same release when it is the same, whatever its times, and another when a byte is", async () => {
    const path = source({ "service.mjs": "1" })
    const first = await store.install(path, options)
    utimesSync(join(path, "service.mjs"), 1, 1)
    assert.equal((await store.install(path, options)).id, first.id)
    writeFileSync(join(path, "service.mjs"), "2")
    const second = await store.install(path, options)
    assert.notEqual(second.id, first.id)
    assert.deepEqual(
      (await open()).list("bird").map(({ id }) => id),
      [second.id, first.id],
      "kept, newest first",
    )
  })

  test("with a link that leads out of it is refused, through another link too", async () => {
    const path = source({ "a/b/c/file": "1", "x/file": "1" })
    symlinkSync("../../../x", join(path, "a/b/c/up"))
    symlinkSync("a/b/c/up/../..", join(path, "out"))
    await assert.rejects(store.install(path, options), /out is a link that leads out of it/)
    rmSync(join(path, "out"))
    await store.install(path, options)
    symlinkSync("/etc/passwd", join(path, "out"))
    await assert.rejects(store.install(path, options), /out is a link to an absolute path/)
    assert.deepEqual(leftOvers(), [])
  })

  test("without a manifest takes what the service says of its releases", async () => {
    const path = source({ "service.mjs": "1" })
    rmSync(join(path, "aviary-release.yaml"))
    await assert.rejects(store.install(path, options), /`release` in the delivery file command: is missing/)
    store = await open({ defaultsOf: () => ({ command: ["node", "service.mjs"], health: { path: "/up" } }) })
    assert.equal((await store.install(path, options)).manifest.health.path, "/up")
  })

  test("with a wrong manifest is refused by line and field, all at once", async () => {
    const path = source({ "aviary-release.yaml": "command: [node]\nhealth:\n  path: up\n  intervall: 1s\n" })
    await assert.rejects(
      store.install(path, options),
      /aviary-release\.yaml:3 health\.path: must be a path[^]*aviary-release\.yaml:4 health\.intervall: is no known field; did you mean interval\?/,
    )
  })

  test("too large or with too many files is refused", async () => {
    const path = source({ a: "1234567890", b: "2" })
    store = await open({ limits: { files: 10, bytes: 20 } })
    await assert.rejects(store.install(path, options), /larger than 20 bytes/)
    store = await open({ limits: { files: 2, bytes: 1_000 } })
    await assert.rejects(store.install(path, options), /more than 2 files/)
    assert.deepEqual(leftOvers(), [])
  })
})

describe("a tarball", () => {
  test("becomes a release, with everything in one folder too", async () => {
    const path = source({ "service.mjs": "1" }, "bird-1.0")
    const wanted = await store.install(path, options)
    await create({ gzip: true, file: join(dir, "bird.tgz"), cwd: dir }, ["bird-1.0"])
    await create({ file: join(dir, "flat.tar"), cwd: path }, ["."])
    assert.equal((await store.install("bird.tgz", options)).id, wanted.id)
    assert.equal((await store.install("flat.tar", options)).id, wanted.id)
  })

  const hostile: readonly (readonly [
    what: string,
    entry: ConstructorParameters<typeof Header>[0],
    told: RegExp,
  ])[] = [
    ["a path that leads out", { path: "../evil", type: "File", size: 4 }, /\.\.\/evil leads out of it/],
    [
      "a path that leads out in its middle",
      { path: "a/../../evil", type: "File", size: 4 },
      /leads out of it/,
    ],
    ["an absolute path", { path: "/tmp/evil", type: "File", size: 4 }, /is an absolute path/],
    [
      "a link to somewhere else",
      { path: "evil", type: "SymbolicLink", linkpath: "/etc" },
      /link to an absolute path/,
    ],
    [
      "a link that leads out",
      { path: "a/evil", type: "SymbolicLink", linkpath: "../../x" },
      /link that leads out/,
    ],
    ["a hard link", { path: "evil", type: "Link", linkpath: "/etc/passwd" }, /evil is a Link/],
    [
      "a device",
      { path: "evil", type: "CharacterDevice", devmaj: 1, devmin: 3 },
      /evil is a CharacterDevice/,
    ],
    ["a pipe", { path: "evil", type: "FIFO" }, /evil is a FIFO/],
    ["more bytes than there may be", { path: "big", type: "File", size: 3 * 1024 ** 3 }, /larger than/],
  ]
  for (const [what, entry, told] of hostile) {
    test(`with ${what} is refused, and nothing of it stays`, async () => {
      writeFileSync(
        join(dir, "hostile.tar"),
        archive([{ path: "aviary-release.yaml", text: MANIFEST }, entry ?? {}]),
      )
      await assert.rejects(store.install("hostile.tar", options), told)
      assert.deepEqual(readdirSync(join(dir, "releases")), [])
      assert.equal(
        existsSync("/tmp/evil") || existsSync(join(dir, "evil")) || existsSync(join(dir, "releases/evil")),
        false,
      )
    })
  }

  test("never has something written through a link of its own", async () => {
    writeFileSync(
      join(dir, "hostile.tar"),
      archive([
        { path: "aviary-release.yaml", text: MANIFEST },
        { path: "sub/file", text: "1" },
        { path: "door", type: "SymbolicLink", linkpath: "sub" },
        { path: "door/evil", text: "evil" },
      ]),
    )
    await store.install("hostile.tar", options).then(
      (release) =>
        assert.equal(lstatSync(join(release.dir, "door")).isSymbolicLink(), false, "the link was followed"),
      () => {},
    )
  })

  test("that is half, or none, is refused", async () => {
    writeFileSync(join(dir, "half.tar"), archive([{ path: "a", text: "x".repeat(5_000) }]).subarray(0, 2_000))
    writeFileSync(join(dir, "none.tar"), "this is no archive")
    await assert.rejects(store.install("half.tar", options))
    await assert.rejects(store.install("none.tar", options))
    assert.deepEqual(leftOvers(), [])
  })
})

describe("a git revision", () => {
  test("becomes a release, as it was committed", async () => {
    const path = source({ "service.mjs": "1" })
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", path, "-c", "user.name=a", "-c", "user.email=a@b.c", ...args], {
        encoding: "utf8",
      })
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "-m", "one")
    writeFileSync(join(path, "service.mjs"), "changed, not committed")
    const release = await store.install(`${path}#main`, options)
    assert.equal(readFileSync(join(release.dir, "service.mjs"), "utf8"), "1")
    store = await open({ workingDir: path })
    assert.equal((await store.install("main", options)).id, release.id)
    await assert.rejects(
      store.install("no-such-branch", options),
      /no such directory, tarball or git revision/,
    )
    await assert.rejects(
      store.install("--output=evil", options),
      /no such directory, tarball or git revision/,
    )
  })
})

describe("an install command", () => {
  const withInstall = (command: string, more = ""): string =>
    source({
      "aviary-release.yaml": `${MANIFEST}install: [sh, -c, ${JSON.stringify(command)}]\n${more}`,
      "service.mjs": "1",
    })

  test("runs in the release, tells what it does, and what it makes is part of the release", async () => {
    const told: string[] = []
    const release = await store.install(withInstall("echo building; mkdir out; echo done > out/made"), {
      ...options,
      onProgress: (text) => told.push(text),
    })
    assert.ok(told.includes("building"))
    assert.equal(readFileSync(join(release.dir, "out/made"), "utf8"), "done\n")
    await store.verify(release.id)
  })

  test("that fails, takes too long or is called off leaves nothing", async () => {
    await assert.rejects(
      store.install(withInstall("echo the nest is empty; exit 3"), options),
      /ended with code 3; it said last:\nthe nest is empty/,
    )
    await assert.rejects(
      store.install(withInstall("sleep 60", "installTimeout: 1s\n"), options),
      /took longer than 1 s/,
    )
    const signal = AbortSignal.timeout(200)
    await assert.rejects(store.install(withInstall("sleep 61"), { ...options, signal }), /called off/)
    assert.deepEqual(readdirSync(join(dir, "releases")), [])
  })

  test("of npm is not run where another tree has the same lock installed", async () => {
    const lock = JSON.stringify({ packages: { "": {}, "node_modules/a": {}, "sub/node_modules/b": {} } })
    // What is made from its sources is made all the same.
    const manifest = `${MANIFEST}install: [npm, ci]\nbuild: [sh, -c, "echo made > made"]\n`
    const files = { "aviary-release.yaml": manifest, "package-lock.json": lock }
    const donor = source(
      {
        ...files,
        "node_modules/.package-lock.json": lock,
        "node_modules/a/i.js": "a",
        "sub/node_modules/b/i.js": "b",
      },
      "donor",
    )
    symlinkSync("../service.mjs", join(donor, "node_modules/self"))
    store = await open({ inPlace: { service: "bird", dir: donor } })
    const release = await store.install(source({ ...files, "service.mjs": "1" }), options)
    assert.equal(readFileSync(join(release.dir, "node_modules/a/i.js"), "utf8"), "a")
    assert.equal(readFileSync(join(release.dir, "sub/node_modules/b/i.js"), "utf8"), "b")
    assert.equal(
      statSync(join(release.dir, "node_modules/a/i.js")).ino,
      statSync(join(donor, "node_modules/a/i.js")).ino,
    )
    assert.equal(readFileSync(join(release.dir, "made"), "utf8"), "made\n")
    await store.verify(release.id)
    writeFileSync(join(donor, "node_modules/a/i.js"), "changed")
    await assert.rejects(store.verify(release.id), /is not what was installed/)
  })
})

describe("the store", () => {
  test("refuses a release that somebody altered, by a byte, a file more or a file less", async () => {
    const release = await store.install(source({ "service.mjs": "1", "b.mjs": "2" }), options)
    const alter = async (change: () => void): Promise<void> => {
      chmodSync(release.dir, 0o755)
      change()
      await assert.rejects(store.verify(release.id), /release\.altered|is not what was installed/)
    }
    const file = join(release.dir, "b.mjs")
    await alter(() => {
      chmodSync(file, 0o644)
      writeFileSync(file, "3")
    })
    writeFileSync(file, "2")
    await store.verify(release.id)
    await alter(() => writeFileSync(join(release.dir, "more.mjs"), ""))
    rmSync(join(release.dir, "more.mjs"))
    await alter(() => rmSync(file))
    await assert.rejects(store.verify("bird@00000000"), /There is no release bird@00000000/)
  })

  test("clears away what an installation that was killed left", async () => {
    const release = await store.install(source({ "service.mjs": "1" }), options)
    mkdirSync(join(dir, "releases/.new-abc/deep"), { recursive: true })
    mkdirSync(join(dir, "releases/bird@ffffffff"))
    writeFileSync(join(dir, "releases/bird@ffffffff/half"), "")
    store = await open()
    assert.deepEqual(leftOvers(), [])
    assert.deepEqual(
      store.list().map(({ id }) => id),
      [release.id],
    )
  })

  test("removes what nothing uses, and never what is in use or in place", async () => {
    store = await open({ inPlace: { service: "bird", dir: source({}, "checkout") } })
    const { id } = await store.install(source({ "service.mjs": "1" }), options)
    inUse.add(id)
    await assert.rejects(store.remove(id), /is in use/)
    await store.verify(id)
    inUse.clear()
    await store.remove(id)
    await store.remove("bird@checkout")
    assert.deepEqual(
      store.list("bird").map((release) => release.id),
      ["bird@checkout"],
    )
    assert.deepEqual(leftOvers(), [])
  })
})

/** A tar archive of these entries, whatever they say. */
function archive(entries: readonly (ConstructorParameters<typeof Header>[0] & { text?: string })[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const { text = "", ...fields } = entry as { text?: string; size?: number }
    const size = fields.size ?? Buffer.byteLength(text)
    const header = new Header({
      type: "File",
      mode: 0o644,
      mtime: new Date(0),
      uid: 0,
      gid: 0,
      ...fields,
      size,
    })
    const head = Buffer.alloc(512)
    header.encode(head, 0)
    const body = Buffer.alloc(Math.min(Math.ceil(size / 512) * 512, 8_192))
    body.write(text)
    return [head, body]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1_024)])
}
