// Whether every implemented operation of the client API has answered as the contract says, during a whole run of the tests.

import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { createLog, readSettings, systemClock } from "@aviary/kit"
import { listRoutes, socialSettings } from "@aviary/social"
import { findOperation } from "./find-operation.ts"
import { EMPTY } from "./hold-to-contract.ts"

const endless = "never ends; the tests of streams validate its payloads"

/**
 * Operations that have a route and that no test can see succeed, with the reason. An entry that does answer, or whose
 * operation has no route any more, fails the run too.
 */
export const neverAnswered: Readonly<Record<string, string>> = {
  "GET /api/v1/streaming/direct": endless,
  "GET /api/v1/streaming/hashtag": endless,
  "GET /api/v1/streaming/hashtag/local": endless,
  "GET /api/v1/streaming/list": endless,
  "GET /api/v1/streaming/public": endless,
  "GET /api/v1/streaming/public/local": endless,
  "GET /api/v1/streaming/public/remote": endless,
  "GET /api/v1/streaming/user": endless,
  "GET /api/v1/streaming/user/notification": endless,
  "GET /api/v1/instance/terms_of_service": "404: there are none",
  "POST /api/v1/emails/confirmations": "403: no address waits for a confirmation",
  "POST /api/v1/statuses/:id/translate": "501: no translation service stands behind the server",
}

const alone = "there are no other servers"

/** Lists that hold nothing whatever members do. Of any other, a test must have seen one with something in it. */
export const alwaysEmpty: Readonly<Record<string, string>> = {
  "GET /api/v1/domain_blocks": alone,
  "GET /api/v1/instance/domain_blocks": alone,
  "GET /api/v1/instance/peers": alone,
  "GET /api/v1/statuses/:id/quotes": "posts cannot be quoted",
}

export interface Coverage {
  /** Implemented operations that the contract knows. */
  readonly implemented: readonly string[]
  /** As the processes noted them; see hold-to-contract.ts. */
  readonly answered: ReadonlySet<string>
  readonly neverAnswered: Readonly<Record<string, string>>
  readonly alwaysEmpty: Readonly<Record<string, string>>
}

export interface CoverageReport {
  readonly ok: boolean
  readonly lines: readonly string[]
}

/** Pure. */
export function reportCoverage(coverage: Coverage): CoverageReport {
  const { implemented, answered } = coverage
  const never = new Set(Object.keys(coverage.neverAnswered))
  const empty = new Set(Object.keys(coverage.alwaysEmpty))
  const expected = implemented.filter((key) => !never.has(key))
  const missing = expected.filter(
    (key) => !answered.has(key) && !(empty.has(key) && answered.has(key + EMPTY)),
  )
  const stale = [
    ...[...never, ...empty].flatMap((key) => (implemented.includes(key) ? [] : [`${key} has no route`])),
    ...[...never].flatMap((key) =>
      answered.has(key) || answered.has(key + EMPTY) ? [`${key} answers after all`] : [],
    ),
    ...[...empty].flatMap((key) => (answered.has(key) ? [`${key} is not always empty`] : [])),
  ]
  const done = expected.length - missing.length
  return {
    ok: missing.length === 0 && stale.length === 0,
    lines: [
      `contract: ${done} of ${expected.length} implemented operations answered as the contract says` +
        ` (besides ${never.size} that never succeed)`,
      ...missing.map((key) =>
        answered.has(key + EMPTY)
          ? `contract: no test saw ${key} with anything in it`
          : `contract: no test saw ${key} succeed`,
      ),
      ...stale.map((problem) => `contract: ${problem}; see contract-coverage.ts`),
    ],
  }
}

/** The operations that the processes of a run saw answered. */
export function readAnswered(dir: string): Set<string> {
  const files = readdirSync(dir).filter((name) => name.endsWith(".operations"))
  return new Set(
    files.flatMap((name) => readFileSync(path.join(dir, name), "utf8").split("\n").filter(Boolean)),
  )
}

/** The operations of the contract that have a route, each once, in order. */
export async function implementedOperations(): Promise<string[]> {
  const routes = await listRoutes({
    settings: readSettings(socialSettings, { env: {} }),
    mediaDir: "data/media",
    clock: systemClock,
    log: createLog({ level: "silent" }),
  })
  const keys = routes.flatMap((route) => findOperation(route.method, route.path)?.key ?? [])
  return [...new Set(keys)].toSorted()
}
