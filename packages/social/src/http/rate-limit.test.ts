import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary({ env: { AVIARY_HTTP_SIGN_INS_PER_MINUTE: "3" } })
})
after(() => aviary.stop())

test("an address that tries too often is told when to come back, in headers that clients can read", async () => {
  const attempt = () =>
    aviary.api.post("/api/v1/apps", { client_name: "App", redirect_uris: "urn:ietf:wg:oauth:2.0:oob" })
  const answers = []
  for (let i = 0; i < 5; i += 1) answers.push(await attempt())
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200, 200, 429, 429],
  )
  const refused = answers.at(-1)
  assert.ok(Number(refused?.headers.get("retry-after")) > 0)
  assert.equal(refused?.body.code, "rate.limited")
  for (const answer of answers) {
    for (const name of ["limit", "remaining", "reset"]) {
      assert.equal(
        answer.headers.get(`x-ratelimit-${name}`),
        null,
        "all three of Mastodon's headers, or none",
      )
    }
  }
})
