import assert from "node:assert/strict"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { test } from "node:test"
import { allOperations } from "./find-operation.ts"
import { implementedOperations, neverAnswered, readAnswered, reportCoverage } from "./contract-coverage.ts"
import { holdToContract } from "./hold-to-contract.ts"

const [home, context, translate] = ["GET /home", "GET /context", "POST /translate"]

test("all that is implemented has answered", () => {
  const report = reportCoverage({
    implemented: [home, context, translate],
    answered: new Set([home, context, "GET /elsewhere"]),
    exceptions: { [translate]: "refused" },
  })
  assert.equal(report.ok, true)
  assert.deepEqual(report.lines, [
    "contract: 2 of 2 implemented operations answered as the contract says (1 that never does is excepted)",
  ])
})

test("what never answered is named, and so is an exception that is none", () => {
  const report = reportCoverage({
    implemented: [home, context, translate],
    answered: new Set([home, translate]),
    exceptions: { [translate]: "refused", "GET /gone": "has no route" },
  })
  assert.equal(report.ok, false)
  assert.deepEqual(report.lines, [
    "contract: 1 of 2 implemented operations answered as the contract says (2 that never do are excepted)",
    "contract: no test saw GET /context succeed",
    "contract: POST /translate is excepted, yet it answers; see contract-coverage.ts",
    "contract: GET /gone is excepted, yet has no route; see contract-coverage.ts",
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
  const answer = { method: "GET", path: "/api/v1/instance/peers?x=1", status: 200, body: [] as unknown }
  assert.throws(() => holdToContract({ ...answer, body: {} }), /breaks the contract/)
  holdToContract({ ...answer, status: 404, body: { error: "none" } })
  assert.deepEqual([...readAnswered(dir)], [])
  holdToContract(answer)
  holdToContract(answer)
  assert.deepEqual([...readAnswered(dir)], ["GET /api/v1/instance/peers"])
})

test("the implemented surface is of the contract, and has what every client needs", async () => {
  const implemented = await implementedOperations()
  const known = new Set(allOperations().map((operation) => operation.key))
  assert.ok(implemented.every((key) => known.has(key)))
  assert.equal(new Set(implemented).size, implemented.length)
  for (const key of ["POST /api/v1/statuses", "GET /api/v1/timelines/home", "PATCH /api/v1/profile"])
    assert.ok(implemented.includes(key), key)
  for (const key of Object.keys(neverAnswered)) assert.ok(implemented.includes(key), key)
})
