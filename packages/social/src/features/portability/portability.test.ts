import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, test } from "node:test"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Api, TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"

const EXPORT = "/api/aviary/v1/account/export"
const ARCHIVES = `${EXPORT}/archives`
const IMPORTS = "/api/aviary/v1/account/imports"
const run = promisify(execFile)
let aviary: TestAviary
let ada: TestMember
let bob: TestMember
let cleo: TestMember
let domain = ""
let scratch = ""

before(async () => {
  aviary = await startAviary()
  ada = await aviary.member("ada")
  bob = await aviary.member("bob")
  cleo = await aviary.member("cleo")
  domain = new URL(aviary.url).host
  scratch = await mkdtemp(join(tmpdir(), "aviary-export-"))
})
after(async () => {
  await rm(scratch, { recursive: true, force: true })
  await aviary.stop()
})

async function post(member: TestMember, status: string, more: object = {}) {
  const { body } = await member.api.post("/api/v1/statuses", { status, ...more })
  return body
}

async function picture(member: TestMember): Promise<string> {
  const bytes = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#27a" } })
    .jpeg()
    .toBuffer()
  const form = new FormData()
  form.append("file", new Blob([new Uint8Array(bytes)]), "sea.jpg")
  form.append("description", "the sea")
  return (await member.api.post("/api/v1/media", form)).body.id
}

/** Moves the clock on until the background work is where it should be. */
async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let waited = 0; ; waited += 25) {
    const found = await look()
    if (found !== undefined) return found
    if (waited > 10_000) throw new Error(`never: ${what}`)
    aviary.clock.advance(5_000)
    await pause(25)
  }
}

const finished = (api: Api, path: string) =>
  until(`${path} is done`, async () => {
    const { body } = await api.get(path)
    return body.state === "done" || body.state === "failed" ? body : undefined
  })

const csv = async (member: TestMember, file: string): Promise<string> => {
  const answer = await member.api.get(`${EXPORT}/${file}`)
  assert.equal(answer.status, 200, file)
  return answer.body
}

test("lists are given in Mastodon's formats, and can be imported by another account", async () => {
  await ada.api.post(`/api/v1/accounts/${bob.id}/follow`, { reblogs: false, languages: ["de", "en"] })
  await ada.api.post(`/api/v1/accounts/${cleo.id}/follow`, { notify: true })
  const dan = await aviary.member("dan")
  const eve = await aviary.member("eve")
  await ada.api.post(`/api/v1/accounts/${dan.id}/mute`, { notifications: false })
  await ada.api.post(`/api/v1/accounts/${eve.id}/block`)
  const { uri, id } = await post(bob, "worth keeping")
  await ada.api.post(`/api/v1/statuses/${id}/bookmark`)
  const list = (await ada.api.post("/api/v1/lists", { title: 'Bird, "watchers"' })).body
  await ada.api.post(`/api/v1/lists/${list.id}/accounts`, { account_ids: [bob.id] })

  const following = await csv(ada, "following_accounts.csv")
  assert.equal(
    following,
    `Account address,Show boosts,Notify on new posts,Languages\ncleo@${domain},true,true,\nbob@${domain},false,false,"de, en"\n`,
  )
  assert.equal(
    await csv(ada, "muted_accounts.csv"),
    `Account address,Hide notifications\ndan@${domain},false\n`,
  )
  assert.equal(await csv(ada, "blocked_accounts.csv"), `eve@${domain}\n`)
  assert.equal(await csv(ada, "lists.csv"), `"Bird, ""watchers""",bob@${domain}\n`)
  assert.equal(await csv(ada, "bookmarks.csv"), `${uri}\n`)
  assert.equal((await ada.api.get(`${EXPORT}/passwords.csv`)).status, 404)

  const zoe = await aviary.member("zoe")
  for (const [kind, file] of [
    ["following", "following_accounts.csv"],
    ["muting", "muted_accounts.csv"],
    ["blocking", "blocked_accounts.csv"],
    ["bookmarks", "bookmarks.csv"],
  ] as const) {
    const form = new FormData()
    form.append("kind", kind)
    form.append("data", new Blob([await csv(ada, file)], { type: "text/csv" }), file)
    const started = await zoe.api.post(IMPORTS, form)
    assert.equal(started.status, 202, JSON.stringify(started.body))
    const done = await finished(zoe.api, `${IMPORTS}/${started.body.id}`)
    assert.deepEqual([done.state, done.failed, done.done], ["done", 0, done.total])
    assert.equal(await csv(zoe, file), await csv(ada, file), file)
  }
  assert.equal((await zoe.api.get(IMPORTS)).body.length, 4)
})

test("what cannot be imported is told row by row, and the rest is", async () => {
  const yak = await aviary.member("yak")
  const rows = ["Account address", `nobody@${domain}`, "bob", "someone@elsewhere.example", `yak@${domain}`]
  const started = await yak.api.post(IMPORTS, { kind: "following", data: rows.join("\n") })
  assert.equal(started.status, 202)
  assert.equal((await yak.api.post(IMPORTS, { kind: "muting", data: "bob" })).body.code, "import.busy")
  const done = await finished(yak.api, `${IMPORTS}/${started.body.id}`)
  assert.deepEqual([done.done, done.total, done.failed], [4, 4, 3])
  assert.deepEqual(
    done.failures.map(({ value }: { value: string }) => value),
    [`yak@${domain}`, "someone@elsewhere.example", `nobody@${domain}`],
  )
  assert.equal((await csv(yak, "following_accounts.csv")).split("\n").length, 3)
  assert.equal((await bob.api.get(`${IMPORTS}/${started.body.id}`)).status, 404, "nobody else's")
  for (const data of [
    "",
    "\n\n",
    "Account address\n",
    Array.from({ length: 20_001 }, () => "a").join("\n"),
  ]) {
    assert.equal((await yak.api.post(IMPORTS, { kind: "blocking", data })).status, 422)
  }
})

test("an import that a dying process left goes on where it stopped, and does nothing twice", async () => {
  const xan = await aviary.member("xan")
  const { db } = aviary.social.core
  const started = await xan.api.post(IMPORTS, { kind: "following", data: "ada\ncleo\nbob" })
  await db
    .updateTable("data_imports")
    .set({ state: "working", done: 1, taken_at: new Date(aviary.clock.now()) })
    .where("id", "=", Number(started.body.id))
    .execute()
  const done = await finished(xan.api, `${IMPORTS}/${started.body.id}`)
  assert.deepEqual([done.done, done.failed], [3, 0])
  assert.ok(!(await csv(xan, "following_accounts.csv")).includes("bob"), "its first row was done before")
})

test("an archive holds every post, the pictures and the lists, and is there for a week", async () => {
  const mediaId = await picture(cleo)
  const first = await post(cleo, "a picture\nof the sea", { media_ids: [mediaId] })
  const reply = await post(cleo, "and for you alone @bob", {
    visibility: "direct",
    in_reply_to_id: first.id,
    spoiler_text: "psst",
  })
  const poll = await post(cleo, "tea?", { poll: { options: ["yes", "no"], expires_in: 3_600 } })
  const asked = await cleo.api.post(ARCHIVES)
  assert.deepEqual([asked.status, asked.body.url], [202, null])
  assert.equal((await cleo.api.post(ARCHIVES)).body.id, asked.body.id, "one at a time")
  const done = await finished(cleo.api, `${ARCHIVES}/${asked.body.id}`)
  assert.deepEqual([done.state, done.posts_done, done.posts_total], ["done", 3, 3])
  assert.equal((await cleo.api.post(ARCHIVES)).body.code, "export.too_soon")

  const download = await fetch(done.url)
  assert.equal(download.status, 200)
  const bytes = Buffer.from(await download.arrayBuffer())
  assert.equal(bytes.length, done.bytes)
  assert.match(download.headers.get("cache-control") ?? "", /no-store/)
  await writeFile(join(scratch, "a.tar.gz"), bytes)
  await run("tar", ["-xzf", join(scratch, "a.tar.gz"), "-C", scratch])
  const account = JSON.parse(await readFile(join(scratch, "account.json"), "utf8"))
  assert.equal(account.address, `cleo@${domain}`)
  const lines = (await readFile(join(scratch, "posts.jsonl"), "utf8")).trim().split("\n")
  const posts = lines.map((line) => JSON.parse(line))
  assert.deepEqual(
    posts.map(({ id, text, visibility, spoiler_text: spoiler }) => [id, text, visibility, spoiler]),
    [
      [first.id, "a picture\nof the sea", "public", ""],
      [reply.id, "and for you alone @bob", "direct", "psst"],
      [poll.id, "tea?", "public", ""],
    ],
  )
  assert.equal(posts[1].in_reply_to_id, first.id)
  assert.deepEqual(posts[2].poll.options, ["yes", "no"])
  assert.equal(posts[0].media[0].description, "the sea")
  const image = await sharp(await readFile(join(scratch, posts[0].media[0].file))).metadata()
  assert.equal(image.width, 60)
  assert.ok((await readdir(scratch)).includes("following_accounts.csv"))

  assert.equal((await bob.api.get(`${ARCHIVES}/${asked.body.id}`)).status, 404, "nobody else's")
  const other = new URL(done.url)
  other.searchParams.set("ticket", `${other.searchParams.get("ticket")?.slice(0, -4)}AAAA`)
  assert.equal((await fetch(other)).status, 404, "a ticket that was made up")
  aviary.clock.advance(900_001)
  assert.equal((await fetch(done.url)).status, 404, "the address has ended")
  const again = (await cleo.api.get(`${ARCHIVES}/${asked.body.id}`)).body.url
  assert.equal((await fetch(again).then((answer) => answer.body?.cancel().then(() => answer.status))), 200) // prettier-ignore

  const files = () => readdir(join(aviary.mediaDir, "private", "exports"))
  assert.deepEqual(await files(), [`${asked.body.id}.tar.gz`])
  aviary.clock.advance(7 * 86_400_000)
  await until("it has ended", async () => ((await files()).length === 0 ? true : undefined))
  assert.deepEqual((await cleo.api.get(ARCHIVES)).body, [])
})

test("an archive goes with its member, and with its account", async () => {
  const gone = await aviary.member("gil")
  await post(gone, "hello")
  const ask = async () => {
    const { body } = await gone.api.post(ARCHIVES)
    return finished(gone.api, `${ARCHIVES}/${body.id}`)
  }
  const files = () => readdir(join(aviary.mediaDir, "private", "exports"))
  const first = await ask()
  assert.equal((await bob.api.delete(`${ARCHIVES}/${first.id}`)).status, 404)
  assert.deepEqual((await gone.api.delete(`${ARCHIVES}/${first.id}`)).body, {})
  assert.deepEqual(await files(), [])
  await ask()
  assert.equal((await files()).length, 1)
  await gone.api.post("/api/aviary/v1/account/delete", { current_password: TEST_PASSWORD })
  await until("it is gone", async () => ((await files()).length === 0 ? true : undefined))
})

test("it takes a token that may read all", async () => {
  const narrow = await aviary.member("nan", { scopes: ["read:accounts", "write:accounts"] })
  assert.equal((await narrow.api.get(`${EXPORT}/bookmarks.csv`)).status, 403)
  assert.equal((await narrow.api.post(ARCHIVES)).status, 403)
  assert.equal((await narrow.api.post(IMPORTS, { kind: "following", data: "bob" })).status, 403)
})
