import assert from "node:assert/strict"
import { describe, it } from "node:test"
import fc from "fast-check"

import { addressKey, networkKey } from "./address.ts"

describe("a client's address", () => {
  const cases: readonly (readonly [address: string, key: string, network: string])[] = [
    ["203.0.113.7", "203.0.113.7", "203.0.113"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2", "2001:db8:1"],
    ["2001:0DB8:0001:0002::6", "2001:db8:1:2", "2001:db8:1"],
    ["2001:db8::1", "2001:db8:0:0", "2001:db8:0"],
    ["::1", "0:0:0:0", "0:0:0"],
    ["::", "0:0:0:0", "0:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0", "fe80:0:0"],
    ["64:ff9b::192.0.2.1", "64:ff9b:0:0", "64:ff9b:0"],
    ["unix", "unix", "unix"],
    ["", "", ""],
  ]
  for (const [address, key, network] of cases) {
    it(`${address || "(none)"} counts as ${key || "(none)"}`, () => {
      assert.equal(addressKey(address), key)
      assert.equal(networkKey(address), network)
    })
  }

  it("has one key for all spellings and hosts of a /64", () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    fc.assert(
      fc.property(
        fc.array(group, { minLength: 8, maxLength: 8 }),
        fc.array(group, { minLength: 4, maxLength: 4 }),
        (groups, host) => {
          const text = (all: readonly number[]) => all.map((value) => value.toString(16)).join(":")
          const padded = groups.map((value) => value.toString(16).toUpperCase().padStart(4, "0")).join(":")
          const neighbour = [...groups.slice(0, 4), ...host]
          assert.equal(addressKey(padded), addressKey(text(groups)))
          assert.equal(addressKey(text(neighbour)), addressKey(text(groups)))
          const other = groups.with(3, ((groups[3] ?? 0) + 1) & 0xffff)
          assert.notEqual(addressKey(text(other)), addressKey(text(groups)))
        },
      ),
    )
  })
})
