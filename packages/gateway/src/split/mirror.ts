// Whether a request is copied to another target. Only requests that change nothing and carry nothing are, and a slow target
// takes no more than its fixed number of copies.

import type { MirrorConfig } from "./split-schema.ts"

export interface Mirror {
  /** True: send a copy, and call `end` when it is over, however it ends. */
  begin(request: { readonly method: string; readonly hasBody: boolean; readonly upgrades: boolean }): boolean
  end(): void
}

/** @param random 0 ≤ value < 1. */
export function createMirror(
  { percentage, maxConcurrent }: MirrorConfig,
  { random }: { random: () => number },
): Mirror {
  let inFlight = 0
  return {
    begin({ method, hasBody, upgrades }) {
      if ((method !== "GET" && method !== "HEAD") || hasBody || upgrades) return false
      if (inFlight >= maxConcurrent || random() * 100 >= percentage) return false
      inFlight += 1
      return true
    },
    end() {
      inFlight -= 1
    },
  }
}
