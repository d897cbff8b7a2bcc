import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { createBrowser, startAviary, TEST_PASSWORD } from "@aviary/testkit"
import type { Browser, TestAviary, TestMember } from "@aviary/testkit"

let aviary: TestAviary
let alice: TestMember
let bob: TestMember
let browser: Browser

before(async () => {
  aviary = await startAviary({
    env: { AVIARY_INSTANCE_TITLE: "Birds <i>", AVIARY_INSTANCE_RULES: "Be kind" },
  })
  alice = await aviary.member("Alice")
  bob = await aviary.member("bob")
  browser = createBrowser(aviary.url)
})
after(() => aviary.stop())

async function post(member: TestMember, fields: Record<string, unknown>): Promise<string> {
  const { status, body } = await member.api.post("/api/v1/statuses", fields)
  assert.equal(status, 200, JSON.stringify(body))
  return body.id
}

test("the front page tells what this is, and knows who is signed in", async () => {
  const page = await browser.open("/")
  assert.equal(page.status, 200)
  assert.match(page.html, /<h1>Birds &lt;i&gt;<\/h1>/)
  assert.match(page.html, /2 members/)
  assert.match(page.html, /Create an account/)
  assert.match(page.headers.get("content-security-policy") ?? "", /default-src 'none'; style-src 'self'/)
  const member = createBrowser(aviary.url)
  await member.submit(await member.open("/auth/sign_in"), "/auth/sign_in", {
    login: "alice",
    password: TEST_PASSWORD,
  })
  const home = await member.open("/")
  assert.match(home.html, /You are signed in/)
  await member.submit(home, "/auth/sign_out", {})
  assert.match((await member.open("/")).html, /Create an account/)
  assert.match((await browser.open("/about")).html, /Be kind/)
})

test("a profile shows what everybody may see, escaped, and nothing else", async () => {
  await alice.api.patch("/api/v1/accounts/update_credentials", {
    display_name: `<script>alert("x")</script>`,
    note: `"><img src=x onerror=alert(1)>`,
  })
  await post(alice, { status: "for everyone <b>", visibility: "public" })
  await post(alice, { status: "quietly public", visibility: "unlisted" })
  await post(alice, { status: "for followers", visibility: "private" })
  await post(alice, { status: "for @bob alone", visibility: "direct" })
  const page = await browser.open("/@alice")
  assert.equal(page.status, 200)
  assert.match(page.html, /for everyone &lt;b&gt;/)
  assert.match(page.html, /quietly public/)
  assert.doesNotMatch(page.html, /for followers|alone|<script|<img src=x/)
  assert.match(page.html, /property="og:title" content="&lt;script&gt;/)
})

test("a post has its page, at one address", async () => {
  const id = await post(bob, { status: "A heron", spoiler_text: "birds", language: "en" })
  await post(alice, { status: "Lovely", in_reply_to_id: id })
  await post(alice, { status: "secret answer", in_reply_to_id: id, visibility: "private" })
  const page = await browser.open(`/@bob/${id}`)
  assert.match(page.html, /<summary dir="auto">birds<\/summary>/)
  assert.match(page.html, /Lovely/)
  assert.doesNotMatch(page.html, /secret answer/)
  assert.match(page.html, /property="og:description" content="birds"/)
  for (const other of [`/@BOB/${id}`, `/@alice/${id}`, `/users/bob/statuses/${id}`]) {
    assert.equal(new URL((await browser.open(other)).location ?? "").pathname, `/@bob/${id}`, other)
  }
  assert.equal(new URL((await browser.open("/users/BOB")).location ?? "").pathname, "/@bob")
})

test("what is not for everybody is not found, whoever asks", async () => {
  const hidden = await post(bob, { status: "followers", visibility: "private" })
  const member = createBrowser(aviary.url)
  await member.submit(await member.open("/auth/sign_in"), "/auth/sign_in", {
    login: "bob",
    password: TEST_PASSWORD,
  })
  for (const path of [
    `/@bob/${hidden}`,
    "/@bob/123",
    "/@bob/x",
    "/@nobody",
    "/@a%00b",
    "/users/nobody",
    "/tags/123",
    "/tags/%00",
  ]) {
    const page = await member.open(path)
    assert.equal(page.status, 404, path)
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/)
  }
})

test("a suspended member has no page", async () => {
  const carol = await aviary.member("carol")
  const id = await post(carol, { status: "gone soon" })
  await aviary.social.operator.suspend("carol")
  assert.equal((await browser.open("/@carol")).status, 404)
  assert.equal((await browser.open(`/@carol/${id}`)).status, 404)
})

test("members who ask search engines to stay away say so on their pages", async () => {
  const shy = await aviary.member("shy")
  const id = await post(shy, { status: "hush" })
  for (const indexable of [true, false]) {
    await shy.api.patch("/api/v1/accounts/update_credentials", { indexable })
    for (const path of ["/@shy", `/@shy/${id}`]) {
      assert.equal((await browser.open(path)).html.includes('content="noindex"'), !indexable, path)
    }
  }
})

test("long lists go on by a link, without gaps or repeats", async () => {
  const dave = await aviary.member("dave")
  for (let index = 0; index < 25; index += 1) await post(dave, { status: `number-${index}- #Kites` })
  for (const start of ["/@dave", "/tags/KITES"]) {
    const first = await browser.open(start)
    const next = /<a class="button plain" href="([^"]+)" rel="next">/.exec(first.html)?.[1] ?? ""
    const second = await browser.open(new URL(next).pathname + new URL(next).search)
    const numbers = [...(first.html + second.html).matchAll(/number-(\d+)-/g)].map((match) =>
      Number(match[1]),
    )
    assert.deepEqual(
      numbers,
      Array.from({ length: 25 }, (_, index) => 24 - index),
    )
    assert.doesNotMatch(second.html, /rel="next"/)
  }
})

test("the stylesheet and the pictures of members who have none are there, and kept by browsers", async () => {
  const { html } = await browser.open("/")
  const styles = await fetch(aviary.url + (/href="(\/assets\/[^"]+\.css)"/.exec(html)?.[1] ?? ""))
  assert.equal(styles.headers.get("content-type"), "text/css; charset=utf-8")
  assert.match(styles.headers.get("cache-control") ?? "", /immutable/)
  for (const name of ["avatar", "header"]) {
    const picture = await fetch(`${aviary.url}/assets/${name}.png`)
    assert.equal(picture.headers.get("content-type"), "image/png")
    assert.match(picture.headers.get("cache-control") ?? "", /max-age=604800/)
    assert.equal(picture.headers.get("access-control-allow-origin"), "*")
  }
})
