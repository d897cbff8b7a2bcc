import assert from "node:assert/strict"
import { readdir } from "node:fs/promises"
import { after, before, test } from "node:test"
import { createBrowser, startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import sharp from "sharp"

const SETTINGS = "/api/aviary/v1/instance/settings"
let aviary: TestAviary
let owner: TestMember
let member: TestMember

before(async () => {
  aviary = await startAviary({ env: { AVIARY_INSTANCE_CONTACT_EMAIL: "nest@birds.test" } })
  owner = await aviary.member("olive")
  await aviary.social.operator.setRole("olive", "owner")
  member = await aviary.member("mia")
})
after(() => aviary.stop())

async function picture(width: number): Promise<Blob> {
  const bytes = await sharp({ create: { width, height: 200, channels: 3, background: "#4a7" } })
    .png()
    .toBuffer()
  return new Blob([new Uint8Array(bytes)], { type: "image/png" })
}

async function filesOf(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile() && entry.name !== "seal.key").map((entry) => entry.name)
}

test("a new community is as it begins, and only its owner and admins see and change how", async () => {
  const { body } = await owner.api.get(SETTINGS)
  assert.deepEqual(
    [body.title, body.registrations, body.setup_done, body.banner, body.accent_hue],
    ["Aviary", "open", false, null, null],
  )
  assert.equal((await member.api.get(SETTINGS)).status, 403)
  assert.equal((await member.api.patch(SETTINGS, { title: "Mine" })).status, 403)
  assert.equal((await aviary.api.get(SETTINGS)).status, 401)
  assert.deepEqual((await aviary.api.get("/api/aviary/v1/setup")).body, {
    done: false,
    accent_hue: null,
    registrations: "open",
  })
})

test("what is changed shows everywhere: instance, pages, another process, and after a restart of memory", async () => {
  const changed = await owner.api.patch(SETTINGS, {
    title: "The\n Nest ",
    description: "Birds <of> a feather",
    rules: ["Be kind", " Sing\r\nsoftly "],
    accent_hue: 210,
    setup_done: true,
  })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.equal(changed.body.title, "The Nest")
  const twin = await aviary.twin()
  await twin.social.settle()
  for (const api of [aviary.api, twin.apiWith("")]) {
    const { body } = await api.get("/api/v2/instance")
    assert.equal(body.title, "The Nest")
    assert.deepEqual(
      body.rules.map((rule: { text: string }) => rule.text),
      ["Be kind", "Sing\nsoftly"],
    )
    assert.deepEqual((await api.get("/api/aviary/v1/setup")).body, {
      done: true,
      accent_hue: 210,
      registrations: "open",
    })
  }
  const { html } = await createBrowser(aviary.url).open("/auth/sign_in")
  assert.match(html, /The Nest<\/title>/)
  await owner.api.patch(SETTINGS, { title: "The Aerie" })
  await twin.social.settle()
  assert.equal((await twin.apiWith("").get("/api/v1/instance")).body.title, "The Aerie")
  const cleared = await owner.api.patch(SETTINGS, { rules: [], accent_hue: null })
  assert.deepEqual([cleared.body.rules, cleared.body.accent_hue], [[], null])
})

test("what stands in the configuration wins, is shown as fixed, and cannot be changed", async () => {
  const { body } = await owner.api.get(SETTINGS)
  assert.deepEqual(body.fixed, ["contact_email"])
  assert.equal(body.contact_email, "nest@birds.test")
  const refused = await owner.api.patch(SETTINGS, { contact_email: "x@y.test", title: "Both or none" })
  assert.equal(refused.status, 422)
  assert.equal(refused.body.code, "community.setting_fixed")
  assert.notEqual((await owner.api.get(SETTINGS)).body.title, "Both or none")
})

test("what cannot be is refused, naming the field", async () => {
  for (const [field, value] of Object.entries({
    title: " ",
    registrations: "sometimes",
    accent_hue: 360,
    rules: Array.from({ length: 51 }, () => "x"),
    languages: ["english!"],
    banner: "data:,",
  })) {
    const { status, body } = await owner.api.patch(SETTINGS, { [field]: value })
    assert.equal(status, 422, field)
    assert.match(body.error, new RegExp(field))
  }
})

test("a banner is the thumbnail; the one before goes, and a broken one changes nothing", async () => {
  const send = async (blob: Blob) => {
    const form = new FormData()
    form.append("banner", blob, "banner.png")
    return owner.api.patch(SETTINGS, form)
  }
  const first = await send(await picture(400))
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.match(first.body.banner, /\/media\//)
  assert.equal((await aviary.api.get("/api/v2/instance")).body.thumbnail.url, first.body.banner)
  assert.equal((await fetch(first.body.banner)).status, 200)
  assert.equal((await send(new Blob(["no picture"]))).status, 422)
  const second = await send(await picture(500))
  await aviary.settle()
  assert.equal((await fetch(first.body.banner)).status, 404)
  assert.equal((await fetch(second.body.banner)).status, 200)
  await owner.api.patch(SETTINGS, { banner: null })
  await aviary.settle()
  assert.deepEqual(await filesOf(aviary.mediaDir), [])
})

test("who changed what stands in the log", async () => {
  const found = await aviary.social.core.db
    .selectFrom("events")
    .select(["actor", "data"])
    .where("type", "=", "community.settings_changed")
    .orderBy("position")
    .execute()
  assert.ok(found.length >= 5)
  assert.ok(found.every((event) => String(event.actor) === owner.id))
})

test("the owner's set-up link works once, from a form, and never after the set-up", async () => {
  const fresh = await startAviary({ replayCheck: false })
  try {
    const { operator } = fresh.social
    assert.equal(await operator.createSetupLink(), undefined, "nobody is owner")
    const signIn = await operator.ensureOwner()
    const first = await operator.createSetupLink()
    const link = await operator.createSetupLink()
    assert.ok(first && link)
    const browser = createBrowser(fresh.url)
    assert.equal((await browser.open(first)).status, 410, "a new link voids the one before")
    for (let opened = 0; opened < 2; opened += 1) assert.equal((await browser.open(link)).status, 200)
    const page = await browser.open(link)
    const fields = { email: "me@birds.test", password: "three-herons-walk-north-quietly" }
    const weak = await browser.submit(page, "/setup", { ...fields, password: "password1" })
    assert.equal(weak.status, 422)
    const done = await browser.submit(weak, "/setup", fields)
    assert.deepEqual([done.status, done.location], [303, "/"])
    assert.match((await browser.open("/auth/sign_in")).location ?? "", /^\//, "signed in")
    assert.equal((await browser.open(link)).status, 410)
    const grant = (password: string) =>
      fresh.api
        .post("/api/v1/apps", { client_name: "x", redirect_uris: "urn:ietf:wg:oauth:2.0:oob" })
        .then((app) =>
          fresh.api.post("/oauth/token", {
            grant_type: "password",
            username: "me@birds.test",
            password,
            ...app.body,
            scope: "read",
          }),
        )
    assert.equal((await grant(fields.password)).status, 200)
    assert.equal((await grant(signIn?.password ?? "")).status, 400, "the printed password has ended")

    const late = await operator.createSetupLink()
    fresh.clock.advance(86_400_001)
    assert.equal((await browser.open(late ?? "")).status, 410)
  } finally {
    await fresh.stop()
  }
})
