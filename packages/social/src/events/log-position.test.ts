import assert from "node:assert/strict"
import { test } from "node:test"
import { createLogPosition, formatPosition } from "./log-position.ts"

const at = (transactionId: number, position: number) => ({ transactionId: String(transactionId), position })

function started() {
  let now = 0
  const log = createLogPosition({ now: () => now })
  return {
    log,
    pass: (ms: number): void => {
      now += ms
      log.looked(false)
    },
    sleepWithoutReading: (ms: number): void => {
      now += ms
    },
  }
}

test("memory that has not read the log is not current", () => {
  const { log, pass } = started()
  assert.equal(log.isCurrent(undefined), false)
  log.advance(at(5, 1))
  pass(1)
  assert.equal(log.isCurrent(undefined), true)
})

test("memory is current for a member once it has the member's last write", async () => {
  const { log, pass } = started()
  log.advance(at(5, 10))
  pass(1)
  log.wrote([7], at(6, 12))
  assert.equal(log.isCurrent(8), true)
  assert.equal(log.isCurrent(7), false)
  assert.equal(log.lastWrite(7), "6-12")
  const caughtUp = log.caughtUp(7)
  log.advance(at(6, 11))
  assert.equal(log.isCurrent(7), false)
  log.advance(at(6, 12))
  assert.equal(await caughtUp, true)
  assert.equal(log.isCurrent(7), true)
})

test("commit order counts, not the order of positions", async () => {
  const { log, pass } = started()
  pass(1)
  log.advance(at(9, 3))
  log.wrote([7], at(8, 50))
  assert.equal(log.isCurrent(7), true)
  log.wrote([7], at(10, 2))
  assert.equal(log.isCurrent(7), false)
  // An earlier write that is told later takes nothing back.
  log.wrote([7], at(9, 1))
  assert.equal(log.lastWrite(7), "10-2")
})

test("a read gives up on memory that does not come", async () => {
  const { log, pass } = started()
  log.advance(at(5, 10))
  pass(1)
  log.wrote([7], at(6, 12))
  assert.equal(await log.caughtUp(7), false)
  assert.equal(await log.caughtUp(undefined, "9-1"), false)
  assert.equal(await log.caughtUp(undefined, formatPosition(at(5, 10))), true)
})

test("memory that stands still while there is more, or that cannot read, is not current", () => {
  const { log, pass, sleepWithoutReading } = started()
  log.advance(at(5, 10))
  pass(1)
  sleepWithoutReading(2_000)
  assert.equal(log.isCurrent(7), false)
  log.looked(true)
  assert.equal(log.isCurrent(7), true)
  sleepWithoutReading(1_000)
  log.looked(true)
  sleepWithoutReading(1_000)
  log.looked(true)
  assert.equal(log.isCurrent(7), false)
  log.advance(at(6, 1))
  assert.equal(log.isCurrent(7), true)
})

test("what is no position is refused with the header's name", async () => {
  const { log } = started()
  for (const text of ["", "5", "5-", "-5", "a-b", "1-2-3", "9".repeat(30)]) {
    await assert.rejects(log.caughtUp(7, text), /aviary-position/)
  }
})
