// Whether every implemented operation of the client API has answered as the contract says, during a whole run of the tests.

import { readdirSync, readFileSync } from "node:fs"
import path from "node:path"
import { createLog, readSettings, systemClock } from "@aviary/kit"
import { listRoutes, socialSettings } from "@aviary/social"
import { findOperation } from "./find-operation.ts"

const endless = "never ends; the tests of streams validate each frame"

/**
 * Operations that have a route and that no test can see succeed, with the reason. An entry that does answer, or whose
 * operation has no route any more, fails the run too.
 */
export const neverAnswered: Readonly<Record<string, string>> = {
  "GET /api/v1/streaming/direct": endless,
  "GET /api/v1/streaming/hashtag": endless,
  "GET /api/v1/streaming/hashtag/local": endless,
  "GET /api/v1/streaming/public": endless,
  "GET /api/v1/streaming/public/local": endless,
  "GET /api/v1/streaming/public/remote": endless,
  "GET /api/v1/streaming/user": endless,
  "GET /api/v1/streaming/user/notification": endless,
  "GET /api/v1/instance/terms_of_service":
    "404: there are none; the rules and the privacy policy say what holds",
  "GET /api/v1/push/subscription": "404: there is no Web Push",
  "GET /api/v1/timelines/link": "404: no link is ever a trend",
  "GET /api/v1/timelines/list/:list_id": "404: there are no lists",
  "POST /api/v1/emails/confirmations": "403: no address waits for a confirmation",
  "POST /api/v1/statuses/:id/translate": "501: no translation service stands behind the server",
}

export interface Coverage {
  /** Implemented operations that the contract knows. */
  readonly implemented: readonly string[]
  readonly answered: ReadonlySet<string>
  readonly exceptions: Readonly<Record<string, string>>
}

export interface CoverageReport {
  readonly ok: boolean
  readonly lines: readonly string[]
}

/** Pure. */
export function reportCoverage({ implemented, answered, exceptions }: Coverage): CoverageReport {
  const excepted = new Set(Object.keys(exceptions))
  const expected = implemented.filter((key) => !excepted.has(key))
  const missing = expected.filter((key) => !answered.has(key))
  const stale = [...excepted].flatMap((key) => {
    if (!implemented.includes(key)) return [`${key} is excepted, yet has no route`]
    return answered.has(key) ? [`${key} is excepted, yet it answers`] : []
  })
  const exempt = excepted.size === 1 ? "1 that never does is" : `${excepted.size} that never do are`
  return {
    ok: missing.length === 0 && stale.length === 0,
    lines: [
      `contract: ${expected.length - missing.length} of ${expected.length} implemented operations answered as the contract says` +
        (excepted.size > 0 ? ` (${exempt} excepted)` : ""),
      ...missing.map((key) => `contract: no test saw ${key} succeed`),
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
