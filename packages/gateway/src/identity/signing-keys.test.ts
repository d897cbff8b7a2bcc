import assert from "node:assert/strict"
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { createFakeClock, createLog } from "@aviary/kit"
import { createLocalJWKSet, jwtVerify } from "jose"
import type { JSONWebKeySet } from "jose"
import { IDENTITY_ISSUER, signIdentity } from "./sign-identity.ts"
import { PUBLIC_FILE } from "./public-file.ts"
import { createSigningKeys, planKeys } from "./signing-keys.ts"

const DAY = 86_400_000
const log = createLog({ level: "silent" })
const signal = AbortSignal.timeout(10_000)

describe("which keys there should be", () => {
  const at = (now: number) => ({ now, rotateMs: DAY, lifetimeMs: 60_000 })
  const key = (usedFrom: number) => ({ usedFrom })

  it("one at once when there is none, or only ones of the future", () => {
    assert.equal(planKeys([], at(5)).nextUsedFrom, 5)
    assert.equal(planKeys([key(100)], at(5)).nextUsedFrom, 5)
  })

  it("the next is made ahead of its time, once", () => {
    assert.equal(planKeys([key(0)], at(DAY - 300_001)).nextUsedFrom, undefined)
    assert.equal(planKeys([key(0)], at(DAY - 300_000)).nextUsedFrom, DAY)
    assert.equal(planKeys([key(0), key(DAY)], at(DAY - 1)).nextUsedFrom, undefined)
    assert.equal(planKeys([key(0)], at(10 * DAY)).nextUsedFrom, 10 * DAY + 300_000, "also after a long pause")
  })

  it("the old one is published until nothing it signed is good", () => {
    const keys = [key(0), key(DAY)]
    assert.equal(planKeys(keys, at(DAY - 1)).current, keys[0])
    assert.equal(planKeys(keys, at(DAY)).current, keys[1])
    assert.deepEqual(planKeys(keys, at(DAY + 119_999)).kept, keys)
    assert.deepEqual(planKeys(keys, at(DAY + 120_000)).kept, [keys[1]])
  })
})

describe("signing keys", () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "aviary-keys-"))
  })
  after(() => rm(dir, { recursive: true }))

  const make = (clock = createFakeClock()) => ({
    clock,
    keys: createSigningKeys({ dir, rotateMs: DAY, lifetimeMs: 60_000, clock, log }),
  })

  it("are kept for the next gateway, readable by the owner only, and the public set holds no secret", async () => {
    const first = make()
    await first.keys.start()
    const second = make()
    await second.keys.start()
    assert.equal(second.keys.current().id, first.keys.current().id)
    assert.equal((await stat(join(dir, "identity-keys.json"))).mode & 0o777, 0o600)
    const published = await readFile(join(dir, PUBLIC_FILE), "utf8")
    assert.ok(!published.includes('"d"'))
    assert.deepEqual(JSON.parse(published), second.keys.keySet())
    await first.keys.stop(signal)
    await second.keys.stop(signal)
  })

  it("follow each other with overlap: whoever has the set of before or after can verify", async () => {
    const { clock, keys } = make()
    await keys.start()
    const old = keys.current().id
    let rotated = 0
    keys.onRotation(() => (rotated += 1))
    const sign = () =>
      signIdentity(
        { active: false, reason: "unknown" },
        { key: keys.current(), audience: "social", lifetimeMs: 60_000, now: clock.now() },
      )
    const verifies = async (jwt: string, set: object) => {
      const options = { issuer: IDENTITY_ISSUER, currentDate: new Date(clock.now()) }
      await jwtVerify(jwt, createLocalJWKSet(set as JSONWebKeySet), options)
    }
    const sets: object[] = [keys.keySet()]
    for (let minute = 0; keys.current().id === old; minute += 1) {
      assert.ok(minute < 1_500, "a day has passed")
      sets.push(keys.keySet())
      clock.set(clock.now() + 60_000)
      await keys.tend()
    }
    assert.equal(rotated, 1)
    const fresh = await sign()
    await verifies(fresh, sets.at(-4) ?? {})
    await assert.rejects(verifies(fresh, sets[0] ?? {}), /no applicable key/)
    assert.equal(keys.keySet().keys.length, 2)
    clock.set(clock.now() + 120_000)
    await keys.tend()
    assert.equal(keys.keySet().keys.length, 1, "the old one is gone in the end")
    await keys.stop(signal)
  })

  it("are made anew when their file is broken", async () => {
    await writeFile(join(dir, "identity-keys.json"), "{")
    const { keys } = make()
    await keys.start()
    assert.ok(keys.current().id)
    await keys.stop(signal)
  })
})
