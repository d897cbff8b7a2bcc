import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import { allOperations } from "./find-operation.ts"
import {
  alwaysEmpty,
  implementedOperations,
  neverAnswered,
  readAnswered,
  reportCoverage,
} from "./contract-coverage.ts"
import { holdToContract } from "./hold-to-contract.ts"

const [home, lists, translate] = ["GET /home", "GET /lists", "POST /translate"]
const known = {
  implemented: [home, lists, translate],
  neverAnswered: { [translate]: "refused" },
  alwaysEmpty: { [lists]: "there are none" },
}

test("all that is implemented has answered", () => {
  const report = reportCoverage({
    ...known,
    answered: new Set([home, `${home} (empty)`, `${lists} (empty)`, "GET /elsewhere"]),
  })
  assert.equal(report.ok, true)
  assert.deepEqual(report.lines, [
    "contract: 2 of 2 implemented operations answered as the contract says (besides 1 that never succeed)",
  ])
})

test("what never answered, or never had anything in it, is named", () => {
  const report = reportCoverage({ ...known, answered: new Set([`${home} (empty)`]) })
  assert.equal(report.ok, false)
  assert.deepEqual(report.lines, [
    "contract: 0 of 2 implemented operations answered as the contract says (besides 1 that never succeed)",
    "contract: no test saw GET /home with anything in it",
    "contract: no test saw GET /lists succeed",
  ])
})

test("exceptions that are none are named", () => {
  const report = reportCoverage({
    ...known,
    implemented: [home, lists, translate],
    neverAnswered: { ...known.neverAnswered, "GET /gone": "404" },
    answered: new Set([home, lists, translate]),
  })
  assert.equal(report.ok, false)
  assert.deepEqual(report.lines.slice(1), [
    "contract: GET /gone has no route; see contract-coverage.ts",
    "contract: POST /translate answers after all; see contract-coverage.ts",
    "contract: GET /lists is not always empty; see contract-coverage.ts",
  ])
})

test("only answers that succeed and keep the contract are noted, each once", (t) => {
  const dir = mkdtempSync(path.join(tmpdir(), "aviary-coverage-test-"))
  const before = process.env.AVIARY_TEST_COVERAGE_DIR
  process.env.AVIARY_TEST_COVERAGE_DIR = dir
  t.after(() => {
    if (before === undefined) delete process.env.AVIARY_TEST_COVERAGE_DIR
    else process.env.AVIARY_TEST_COVERAGE_DIR = before
    rmSync(dir, { recursive: true })
  })
  const answer = {
    method: "GET",
    path: "/api/v1/instance/peers?x=1",
    status: 200,
    body: ["a.test"] as unknown,
  }
  assert.throws(() => holdToContract({ ...answer, body: {} }), /breaks the contract/)
  holdToContract({ ...answer, status: 404, body: { error: "none" } })
  assert.deepEqual([...readAnswered(dir)], [])
  holdToContract(answer)
  holdToContract(answer)
  assert.deepEqual([...readAnswered(dir)], ["GET /api/v1/instance/peers"])
  holdToContract({ ...answer, path: "/api/v1/blocks", body: [] })
  assert.deepEqual([...readAnswered(dir)], ["GET /api/v1/instance/peers", "GET /api/v1/blocks (empty)"])
})

test("the implemented surface is of the contract, and has what every client needs", async () => {
  const implemented = await implementedOperations()
  const contract = new Set(allOperations().map((operation) => operation.key))
  assert.ok(implemented.every((key) => contract.has(key)))
  assert.equal(new Set(implemented).size, implemented.length)
  for (const key of ["POST /api/v1/statuses", "GET /api/v1/timelines/home", "PATCH /api/v1/profile"])
    assert.ok(implemented.includes(key), key)
  for (const key of Object.keys({ ...neverAnswered, ...alwaysEmpty }))
    assert.ok(implemented.includes(key), key)
})
