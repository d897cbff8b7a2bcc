import assert from "node:assert/strict"
import { readdir } from "node:fs/promises"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"
import { checkReplay } from "../../events/replay.ts"

let aviary: TestAviary
let alice: TestMember
const UPDATE = "/api/v1/accounts/update_credentials"

before(async () => {
  aviary = await startAviary()
  alice = await aviary.member("alice")
})
after(() => aviary.stop())

function picture(): Promise<Buffer> {
  return sharp({ create: { width: 80, height: 60, channels: 3, background: "#369" } })
    .jpeg()
    .withExif({ IFD0: { Copyright: "SECRET-PLACE" } })
    .toBuffer()
}

function form(fields: Record<string, string | Buffer>): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "string") data.append(name, value)
    else data.append(name, new Blob([new Uint8Array(value)]), "picture.jpg")
  }
  return data
}

async function download(url: string): Promise<{ status: number; bytes: Buffer }> {
  const response = await fetch(url)
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) }
}

async function storedFiles(): Promise<number> {
  const entries = await readdir(aviary.mediaDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).length
}

test("a profile is changed by JSON, and shown as HTML and as it was typed", async () => {
  const { status, body } = await alice.api.patch(UPDATE, {
    display_name: " Alice\nof the Wood ",
    note: "Likes <b>birds</b> https://birds.example/",
    fields_attributes: [
      { name: "Web", value: "https://alice.example/" },
      { name: "", value: "" },
      { name: "Pronouns", value: "she" },
    ],
    locked: true,
    bot: true,
    discoverable: false,
    indexable: false,
    hide_collections: true,
    source: { privacy: "unlisted", sensitive: true, language: "de" },
  })
  assert.equal(status, 200)
  assert.equal(body.display_name, "Alice of the Wood")
  assert.match(body.note, /&lt;b&gt;birds.*href="https:\/\/birds.example\/"/)
  assert.equal(body.source.note, "Likes <b>birds</b> https://birds.example/")
  assert.deepEqual(body.source.fields, [
    { name: "Web", value: "https://alice.example/", verified_at: null },
    { name: "Pronouns", value: "she", verified_at: null },
  ])
  assert.match(body.fields[0].value, /<a href="https:\/\/alice.example\/"/)
  assert.deepEqual(
    [body.locked, body.bot, body.discoverable, body.indexable, body.hide_collections],
    [true, true, false, false, true],
  )
  assert.deepEqual(
    [body.source.privacy, body.source.sensitive, body.source.language],
    ["unlisted", true, "de"],
  )
  const preferences = await alice.api.get("/api/v1/preferences")
  assert.equal(preferences.body["posting:default:visibility"], "unlisted")
  const post = await alice.api.post("/api/v1/statuses", { status: "by default" })
  assert.deepEqual([post.body.visibility, post.body.sensitive, post.body.language], ["unlisted", true, "de"])
  assert.deepEqual((await alice.api.get("/api/v1/accounts/verify_credentials")).body.source, body.source)
})

test("a profile is changed by a form with an index hash; what is not sent stays", async () => {
  const bob = await aviary.member("bob")
  await bob.api.patch(UPDATE, { note: "stays", locked: "1" })
  const sent = new URLSearchParams({
    "fields_attributes[0][name]": "a",
    "fields_attributes[0][value]": "1",
    "fields_attributes[1][name]": "b",
    "fields_attributes[1][value]": "2",
    "source[language]": "",
  })
  const { status, body } = await bob.api.put(UPDATE, sent)
  assert.equal(status, 200)
  assert.deepEqual(
    body.source.fields.map((one: { name: string; value: string }) => `${one.name}=${one.value}`),
    ["a=1", "b=2"],
  )
  assert.deepEqual([body.source.note, body.locked, body.source.language], ["stays", true, null])
  assert.deepEqual((await bob.api.patch(UPDATE, { fields_attributes: [] })).body.source.fields, [])
  assert.equal((await bob.api.patch(UPDATE, { locked: "false" })).body.locked, false)
})

test("the same again is no event", async () => {
  const carol = await aviary.member("carol")
  const change = { display_name: "Carol", fields_attributes: [{ name: "a", value: "b" }] }
  await carol.api.patch(UPDATE, change)
  await carol.api.patch(UPDATE, change)
  const events = await aviary.social.core.db
    .selectFrom("events")
    .select("position")
    .where("stream", "=", `account:${carol.id}`)
    .where("type", "=", "account.profile_changed")
    .execute()
  assert.equal(events.length, 1)
})

test("limits name their field, and nothing is changed", async () => {
  const dora = await aviary.member("dora")
  const five = Array.from({ length: 5 }, (_, index) => ({ name: `n${index}`, value: "v" }))
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ display_name: "x".repeat(31) }, /display_name: is 31 characters/],
    [{ note: "x".repeat(501) }, /note: is 501 characters/],
    [{ fields_attributes: five }, /fields_attributes: at most 4/],
    [{ fields_attributes: [{ name: "x".repeat(256), value: "v" }] }, /fields_attributes\.0\.name: is 256/],
    [{ fields_attributes: [{ name: "n", value: "x".repeat(256) }] }, /fields_attributes\.0\.value: is 256/],
    [{ fields_attributes: [{ name: "", value: "v" }] }, /fields_attributes\.0\.name: can't be blank/],
    [{ source: { privacy: "direct" } }, /source\.privacy/],
    [{ source: { language: "no language" } }, /source\.language/],
    [{ locked: "perhaps" }, /locked/],
    [{ avatar: "data:image/png;base64,AAAA" }, /avatar: must be sent as a file/],
    [{ fields_attributes: "nonsense" }, /fields_attributes/],
    [{ attribution_domains: ["not a domain"] }, /attribution_domains/],
  ]
  for (const [change, expected] of cases) {
    const answer = await dora.api.patch(UPDATE, { note: "kept?", ...change })
    assert.equal(answer.status, 422, JSON.stringify(change))
    assert.match(answer.body.error, expected)
  }
  assert.equal((await dora.api.get("/api/v1/profile")).body.note, "")
  // Characters are what a reader sees: 30 families are 30, though each is eleven UTF-16 units.
  const families = "👨‍👩‍👧‍👦".repeat(30)
  assert.equal((await dora.api.patch(UPDATE, { display_name: families })).body.display_name, families)
})

test("pictures lose their metadata, and the ones they replace are gone", async () => {
  const erin = await aviary.member("erin")
  const empty = (await erin.api.get("/api/v1/profile")).body
  assert.deepEqual([empty.avatar, empty.header], [null, null])
  const filesBefore = await storedFiles()
  const bytes = await picture()
  assert.ok(bytes.includes("SECRET-PLACE"))
  const { status, body } = await erin.api.patch(
    UPDATE,
    form({
      avatar: bytes,
      header: bytes,
      avatar_description: "a kite",
      header_description: "a lake",
      "source[sensitive]": "1",
    }),
  )
  assert.equal(status, 200)
  assert.deepEqual([body.avatar_description, body.header_description], ["a kite", "a lake"])
  assert.equal(body.source.sensitive, true)
  for (const [url, width, height] of [
    [body.avatar, 400, 400],
    [body.header, 1500, 500],
  ] as const) {
    const file = await download(url)
    assert.equal(file.status, 200)
    assert.ok(!file.bytes.includes("SECRET-PLACE"))
    const meta = await sharp(file.bytes).metadata()
    assert.deepEqual([meta.width, meta.height, meta.exif], [width, height, undefined])
  }
  const replaced = await erin.api.patch("/api/v1/profile", form({ avatar: bytes }))
  assert.notEqual(replaced.body.avatar, body.avatar)
  assert.equal(replaced.body.header, body.header)
  await aviary.settle()
  assert.equal((await download(body.avatar)).status, 404)

  const removed = await erin.api.delete("/api/v1/profile/avatar")
  assert.equal(removed.status, 200)
  assert.match(removed.body.avatar, /^http/)
  await erin.api.delete("/api/v1/profile/header")
  await erin.api.delete("/api/v1/profile/header")
  assert.equal((await erin.api.get("/api/v1/profile")).body.header, null)
  await aviary.settle()
  assert.equal(await storedFiles(), filesBefore)
})

test("bad pictures are refused by name, and nothing of the change is kept", async () => {
  const fred = await aviary.member("fred")
  const filesBefore = await storedFiles()
  const good = await picture()
  const cases: [Record<string, string | Buffer>, RegExp][] = [
    [{ avatar: Buffer.alloc(0) }, /is empty \(avatar\)/],
    [{ header: Buffer.from("not a picture") }, /header/],
    [{ avatar: good, header: good.subarray(0, good.length / 2) }, /broken.*header/],
  ]
  for (const [files, expected] of cases) {
    const answer = await fred.api.patch(UPDATE, form({ note: "kept?", ...files }))
    assert.equal(answer.status, 422)
    assert.match(answer.body.error, expected)
  }
  const own = (await fred.api.get("/api/v1/profile")).body
  assert.deepEqual([own.note, own.avatar, own.header], ["", null, null])
  assert.equal(await storedFiles(), filesBefore)
})

test("the profile's own route has what only it knows", async () => {
  const gina = await aviary.member("gina")
  const first = (await gina.api.get("/api/v1/profile")).body
  assert.deepEqual([first.show_media, first.show_media_replies, first.show_featured], [true, true, true])
  const { body } = await gina.api.patch("/api/v1/profile", {
    note: "<raw>",
    show_media: false,
    show_featured: "false",
    attribution_domains: ["https://Articles.example/news", "articles.example", "other.example"],
  })
  assert.deepEqual(
    [body.note, body.show_media, body.show_media_replies, body.show_featured],
    ["<raw>", false, true, false],
  )
  assert.deepEqual(body.attribution_domains, ["articles.example", "other.example"])
})

test("the scope `profile` shows who somebody is, and no more", async () => {
  const hugo = await aviary.member("hugo", { scopes: ["profile"] })
  assert.equal((await hugo.api.get("/api/v1/accounts/verify_credentials")).status, 200)
  assert.equal((await hugo.api.get("/api/v1/preferences")).status, 403)
  assert.equal((await hugo.api.patch(UPDATE, { note: "x" })).status, 403)
  const follower = await aviary.member("ida", { scopes: ["follow"] })
  assert.equal((await follower.api.get("/api/v1/accounts/verify_credentials")).status, 403)
})

test("the log alone gives the same tables", async () => {
  const { differences } = await checkReplay({ databaseUrl: aviary.databaseUrl, log: aviary.social.core.log })
  assert.equal(differences, 0)
})
