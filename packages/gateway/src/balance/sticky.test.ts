import assert from "node:assert/strict"
import { describe, it } from "node:test"

import type { Instance } from "../types.ts"
import { createBalancer } from "./balancer.ts"
import { loadBalancerSchema, stickySchema } from "./load-balancer-schema.ts"
import { decideSticky, stickyCookie, stickyToken } from "./sticky.ts"

const instances: readonly Instance[] = ["a", "b", "c"].map((id) => ({
  id,
  release: "r",
  host: "h",
  port: 1,
  weight: 1,
}))

function setup(fallback: "balance" | "refuse") {
  const config = stickySchema.parse({ fallback })
  const balancer = createBalancer(
    { ...loadBalancerSchema.parse({ algorithm: "roundRobin" }), panicThreshold: 50 },
    { random: Math.random },
  )
  balancer.update(instances, 0)
  return { balancer, decide: (cookie?: string) => decideSticky(config, cookie, balancer.stuck) }
}

describe("a sticky cookie", () => {
  it("leads back to its instance", () => {
    const { balancer, decide } = setup("balance")
    for (const { id } of instances)
      assert.deepEqual(decide(stickyToken(id)), { kind: "stay", member: balancer.member(id) })
  })

  it("is handed out to who has none, or one of nobody", () => {
    const { decide } = setup("refuse")
    for (const cookie of [undefined, "", "x", stickyToken("gone"), "../../a", "a"])
      assert.deepEqual(decide(cookie), { kind: "assign" })
  })

  for (const [fallback, kind] of [
    ["balance", "assign"],
    ["refuse", "refuse"],
  ] as const) {
    it(`with the fallback ${fallback}: an instance that is out or draining means ${kind}`, () => {
      const { balancer, decide } = setup(fallback)
      balancer.setAvailable("a", false, 0)
      balancer.setDraining("b", true, 0)
      assert.equal(decide(stickyToken("a")).kind, kind)
      assert.equal(decide(stickyToken("b")).kind, kind)
      balancer.setAvailable("a", true, 0)
      assert.equal(decide(stickyToken("a")).kind, "stay")
    })
  }

  it("is safe to hand out and says nothing of the instance", () => {
    const config = stickySchema.parse({ cookieName: "seat", ttl: "90500ms" })
    assert.equal(
      stickyCookie(config, "social-1", true),
      `seat=${stickyToken("social-1")}; Path=/; HttpOnly; SameSite=Lax; Max-Age=91; Secure`,
    )
    assert.equal(
      stickyCookie(stickySchema.parse({}), "social-1", false),
      `aviary-instance=${stickyToken("social-1")}; Path=/; HttpOnly; SameSite=Lax`,
    )
    assert.match(stickyToken("social-1"), /^[0-9a-z]{14}$/)
  })
})
