// How queries behave: what is worth it is asked again with growing pauses, answers are fresh for a while, and nothing is kept
// beyond the page: a shared computer must hold no member's timeline.

import { QueryClient } from "@tanstack/react-query"
import { isWorthRetrying, retryPause } from "./api-error.ts"

const MOST_RETRIES = 3
const FRESH_MS = 30_000
const KEPT_MS = 15 * 60_000

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // Long enough to come back to a timeline and find one's place.
        gcTime: KEPT_MS,
        retry: (failures, error) => failures < MOST_RETRIES && isWorthRetrying(error),
        retryDelay: (attempt, error) => retryPause(attempt, error),
        // The browser's idea of being offline is often wrong: a server on this very machine answers without a network.
        networkMode: "always",
        // A timeline that changes under the reader's eyes because a window came to the front loses the reader's place.
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  })
}
