import assert from "node:assert/strict"
import { test } from "node:test"
import { isPublicAddress, lookupPublic, NotPublic } from "./public-address.ts"

test("addresses inside are told from those of the public internet", () => {
  for (const inside of [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "fd12:3456::1", "ff02::1",
    "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "2001:db8::1", "2002:a00:1::1", "not an address", "",
  ]) {
    assert.equal(isPublicAddress(inside), false, inside)
  } // prettier-ignore
  for (const outside of ["8.8.8.8", "172.32.0.1", "100.128.0.1", "193.0.0.1", "2606:4700::1111", "2a00::1"]) {
    assert.equal(isPublicAddress(outside), true, outside)
  }
})

test("the resolver gives no address inside, in either of its forms", async () => {
  for (const all of [true, false]) {
    const error = await new Promise((resolve) => lookupPublic("localhost", { all }, resolve))
    assert.ok(error instanceof NotPublic)
  }
})
