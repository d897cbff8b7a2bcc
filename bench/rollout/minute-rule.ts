// A rule as operators write it by hand: success of at least 99 % in each minute, 25 minutes, and five that fail roll back. What it
// makes of a healthy service with little traffic is why Aviary's steps end by evidence: of 60 requests one error is too many.

import type { Rules } from "@aviary/delivery/simulation"

const INTERVAL_SECONDS = 60
const CHECKS = 25
const FAILURES = 5
const MIN_SUCCESS = 0.99

/** All requests are the canary's: so many as a minute can have. */
export const minuteRules: Rules = {
  name: "success ≥ 99 % a minute, 5 failures of 25",
  begin: () => {
    let [requests, errors, checks, failures] = [0, 0, 0, 0]
    return {
      shares: { canary: 1, baseline: 0 },
      look({ canary }, second) {
        requests += canary.requests
        errors += canary.errors
        if (second % INTERVAL_SECONDS !== 0) return undefined
        checks += 1
        if (requests > 0 && 1 - errors / requests < MIN_SUCCESS) failures += 1
        requests = 0
        errors = 0
        if (failures >= FAILURES) return "rolledBack"
        return checks >= CHECKS ? "promoted" : undefined
      },
    }
  },
}
