import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { seededRandom } from "@aviary/kit"
import { loadBalancerSchema } from "../balance/load-balancer-schema.ts"
import { createLoads, createServiceBalancers } from "./service-balancers.ts"
import type { ServiceBalancers } from "./service-balancers.ts"

const instance = (id: string, release: string) => ({
  id,
  release,
  host: "127.0.0.1",
  port: 1,
  weight: 1,
  draining: false,
})
const INSTANCES = [instance("a", "v1"), instance("b", "v1"), instance("c", "v2")]

function balancersOf(algorithm: string, loads = createLoads()): ServiceBalancers {
  const config = { ...loadBalancerSchema.parse({ algorithm }), panicThreshold: 50 }
  const balancers = createServiceBalancers(config, { random: seededRandom(3), loads })
  balancers.update(INSTANCES, () => true, 0)
  return balancers
}

const pickOf = (balancers: ServiceBalancers, release: string) =>
  balancers.ofRelease(release)?.pick(undefined, 0)?.instance.id

describe("a release whose instances are out", () => {
  it("has nobody while the service is well, so that others answer for it", () => {
    const balancers = balancersOf("roundRobin")
    balancers.setAvailable("c", false, 0)
    assert.equal(balancers.everyone.panicking(), false)
    assert.equal(pickOf(balancers, "v2"), undefined)
    assert.ok(["a", "b"].includes(balancers.everyone.pick(undefined, 0)?.instance.id ?? ""))
  })

  it("stays with those that are left", () => {
    const balancers = balancersOf("roundRobin")
    balancers.setAvailable("a", false, 0)
    assert.deepEqual([pickOf(balancers, "v1"), pickOf(balancers, "v1")], ["b", "b"])
  })

  it("is asked again while the whole service is in a panic, and no longer", () => {
    const balancers = balancersOf("roundRobin")
    for (const id of ["c", "a"]) balancers.setAvailable(id, false, 0)
    assert.equal(balancers.everyone.panicking(), true)
    assert.equal(pickOf(balancers, "v2"), "c")
    balancers.setAvailable("a", true, 0)
    assert.equal(pickOf(balancers, "v2"), undefined)
  })

  it("is so from the start, where a document brings it", () => {
    const balancers = balancersOf("roundRobin")
    balancers.update([...INSTANCES, instance("d", "v3")], (id) => id !== "d", 0)
    assert.equal(pickOf(balancers, "v3"), undefined)
  })
})

describe("what an instance has in flight", () => {
  it("counts whichever balancer picked it", () => {
    const balancers = balancersOf("leastConnections")
    const ofRelease = balancers.ofRelease("v1") ?? assert.fail()
    const busy = ofRelease.member("a") ?? assert.fail()
    ofRelease.begin(busy)
    for (let i = 0; i < 6; i += 1) assert.notEqual(balancers.everyone.pick(undefined, 0)?.instance.id, "a")
    assert.equal(balancers.everyone.member("a")?.inFlight, 1)
    ofRelease.end(busy)
    assert.equal(balancers.everyone.member("a")?.inFlight, 0)
  })

  it("goes on where balancing is configured anew, and ends with the instance", () => {
    const loads = createLoads()
    const before = balancersOf("roundRobin", loads)
    const busy = before.everyone.member("a") ?? assert.fail()
    before.everyone.begin(busy)
    const after = balancersOf("leastConnections", loads)
    assert.equal(after.everyone.member("a")?.inFlight, 1)
    before.everyone.end(busy)
    assert.equal(after.everyone.member("a")?.inFlight, 0)
    loads.keepOnly(new Set(["b"]))
    assert.notEqual(loads.of("a"), busy.load)
  })
})
