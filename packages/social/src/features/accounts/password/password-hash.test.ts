import assert from "node:assert/strict"
import { describe, it } from "node:test"

import { parseOptions } from "@node-rs/argon2"
import { AppError } from "@aviary/kit"

import { createPasswordHasher, isPasswordTooLong, MAX_PASSWORD_BYTES } from "./password-hash.ts"
import type { Argon2 } from "./password-hash.ts"

describe("a password hasher", () => {
  const passwords = createPasswordHasher()

  it("tells the right password from a wrong one", async () => {
    const hash = await passwords.hashPassword("correct horse battery")
    assert.equal(await passwords.verifyPassword(hash, "correct horse battery"), true)
    assert.equal(await passwords.verifyPassword(hash, "correct horse batterY"), false)
    assert.equal(await passwords.verifyPassword(hash, ""), false)
  })

  it("salts: the same password has another hash every time", async () => {
    assert.notEqual(await passwords.hashPassword("same"), await passwords.hashPassword("same"))
  })

  it("uses argon2id with the parameters of OWASP", async () => {
    const hash = await passwords.hashPassword("anything")
    const { memoryCost, timeCost, parallelism, saltLen } = parseOptions(hash)
    assert.match(hash, /^\$argon2id\$/)
    assert.deepEqual(
      { memoryCost, timeCost, parallelism, saltLen },
      { memoryCost: 19_456, timeCost: 2, parallelism: 1, saltLen: 16 },
    )
  })

  it("takes a password in whatever Unicode form a keyboard sends", async () => {
    const hash = await passwords.hashPassword("cafe\u0301 ﬁne")
    assert.equal(await passwords.verifyPassword(hash, "caf\u00e9 fine"), true)
  })

  it("asks to rehash what other parameters made", async () => {
    assert.equal(passwords.needsRehash(await passwords.hashPassword("x")), false)
    assert.equal(passwords.needsRehash("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA"), true)
    assert.equal(passwords.needsRehash("$2b$12$abcdefghijklmnopqrstuv"), true)
  })

  it("refuses passwords over the limit, and takes those at it", async () => {
    const longest = "é".repeat(MAX_PASSWORD_BYTES / 2)
    assert.equal(await passwords.verifyPassword(await passwords.hashPassword(longest), longest), true)
    await assert.rejects(passwords.hashPassword(`${longest}a`), RangeError)
    assert.equal(await passwords.verifyPassword(undefined, `${longest}a`), false)
    // Three bytes each that normalise to thirty-three.
    assert.equal(isPasswordTooLong("ﷺ".repeat(20)), true)
  })

  it("rejects a damaged hash instead of calling the password wrong", async () => {
    await assert.rejects(passwords.verifyPassword("not a hash", "x"))
  })
})

/** An argon2 that records what it is asked and answers when told to. */
function heldArgon2() {
  const checked: string[] = []
  const answers: ((matches: boolean) => void)[] = []
  const argon2: Argon2 = {
    hash: () => Promise.resolve("hash"),
    verify: (hash) => {
      checked.push(hash)
      return new Promise((resolve) => answers.push(resolve))
    },
  }
  return { argon2, checked, answers }
}

describe("checking a password without an account", () => {
  it("does the work of a check with today's parameters, and is false whatever argon2 says", async () => {
    const { argon2, checked, answers } = heldArgon2()
    const passwords = createPasswordHasher({ argon2 })
    const result = passwords.verifyPassword(undefined, "x")
    assert.equal(checked.length, 1)
    assert.equal(passwords.needsRehash(checked[0] ?? ""), false)
    answers[0]?.(true)
    assert.equal(await result, false)
  })

  it("runs the real argon2 to its end", async () => {
    assert.equal(await createPasswordHasher().verifyPassword(undefined, "password"), false)
  })
})

describe("a password hasher under load", () => {
  it("runs two at once, queues some, refuses the rest as busy", async () => {
    const { argon2, checked, answers } = heldArgon2()
    const passwords = createPasswordHasher({ argon2, waiting: 1 })
    const checks = ["a", "b", "c"].map((hash) => passwords.verifyPassword(hash, "x"))
    await assert.rejects(
      passwords.hashPassword("x"),
      (error) => error instanceof AppError && error.code === "sign_in.busy" && error.status === 503,
    )
    assert.deepEqual(checked, ["a", "b"])

    answers[0]?.(true)
    assert.equal(await checks[0], true)
    assert.deepEqual(checked, ["a", "b", "c"])
    answers[1]?.(false)
    answers[2]?.(true)
    assert.deepEqual(await Promise.all(checks), [true, false, true])
    assert.equal(await passwords.hashPassword("x"), "hash")
  })
})
