import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { checkPassword } from "./password-strength.ts"

const owner = { username: "wonderland", email: "alice.liddell@looking-glass.example" }

describe("checkPassword", () => {
  const weak: [password: string, reason: RegExp][] = [
    ["", /^is too short: use at least 8 characters\. Three or four words/],
    ["xk7#Qp2", /^is too short/],
    ["😀😀😀😀", /^is too short/],
    ["a".repeat(257), /^is too long: use at most 256 bytes/],
    ["password", /heavily used password\. Add more words/],
    ["P@$$w0rd!", /similar to a commonly used password/],
    ["qwertyuiop", /frequently used password/],
    ["abcdefghij", /sequences like "abc"/],
    ["aaaaaaaaaaaa", /Repeated characters/],
    ["19840312", /Dates are easy to guess/],
    ["wonderland", /Your user name/],
    ["WonderLand-1865", /Your user name/],
    ["liddell-alice", /e-mail address/],
    ["looking-glass", /e-mail address/],
  ]
  for (const [password, reason] of weak) {
    it(`refuses ${JSON.stringify(password.slice(0, 20))} and says why`, async () => {
      const verdict = await checkPassword(password, owner)
      assert.ok(!verdict.ok)
      assert.match(verdict.reason, reason)
      assert.match(verdict.reason, /^is .*\.$/)
    })
  }

  for (const password of [
    "correct horse battery staple",
    "dolphin-teapot-92",
    "xk7#Qp2!vR",
    "мой дядя самых честных правил",
    "x8!K".repeat(4) + "teapot dolphin",
  ]) {
    it(`takes ${JSON.stringify(password)}`, async () => {
      assert.deepEqual(await checkPassword(password, owner), { ok: true })
    })
  }

  it("holds what is personal against a password that others could use", async () => {
    const password = "looking-glass"
    const other = { username: "bob", email: "bob@example.org" }
    assert.deepEqual(await checkPassword(password, other), { ok: true })
    assert.equal((await checkPassword(password, owner)).ok, false)
  })

  it("takes a personal word in a password that is strong without it", async () => {
    assert.deepEqual(await checkPassword("wonderland teapot dolphin velvet", owner), { ok: true })
  })

  it("judges the longest password that it takes", async () => {
    const longest = Array.from({ length: 256 }, (_, index) =>
      String.fromCharCode(33 + ((index * 37) % 90)),
    ).join("")
    assert.deepEqual(await checkPassword(longest, owner), { ok: true })
  })
})
