// What the browser complains about while a page is used: errors on the console, violations of the security policy, exceptions.

import assert from "node:assert/strict"
import type { Page } from "playwright-core"

export interface PageProblems {
  readonly all: readonly string[]
  /** What the test provokes on purpose: requests that fail are said on the console by the browser itself. */
  allow(pattern: RegExp): void
  /** Fails if there was anything else. */
  check(): void
}

export function watchPage(page: Page): PageProblems {
  const all: string[] = []
  const allowed: RegExp[] = []
  page.on("console", (message) => {
    if (
      message.type() === "error" ||
      /Content Security Policy|TrustedHTML|TrustedScript/.test(message.text())
    )
      all.push(`console: ${message.text()} (${message.location().url})`)
  })
  page.on("pageerror", (error) => all.push(`exception: ${error.stack ?? error.message}`))
  return {
    all,
    allow: (pattern) => {
      allowed.push(pattern)
    },
    check() {
      const others = all.filter((problem) => !allowed.some((pattern) => pattern.test(problem)))
      assert.deepEqual(others, [], "The browser complained")
    },
  }
}
