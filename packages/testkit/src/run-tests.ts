// Runs the tests against one throwaway PostgreSQL, whose address they find in AVIARY_TEST_DATABASE_URL. Arguments: words
// that a test file's path must contain, and `--test-name-pattern=PATTERN`. A whole run must also have seen every implemented
// operation of the client API answer as the contract says. Started by scripts/test.mjs; the summary comes last, also after
// failures.

import { globSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { availableParallelism, tmpdir } from "node:os"
import path from "node:path"
import { pipeline } from "node:stream/promises"
import { run } from "node:test"
import { spec } from "node:test/reporters"
import { startTestPostgres } from "@aviary/kit/postgres/testing"
import {
  alwaysEmpty,
  implementedOperations,
  neverAnswered,
  readAnswered,
  reportCoverage,
} from "./contract/contract-coverage.ts"

const root = path.resolve(import.meta.dirname, "../../..")
const PATTERNS = [
  "packages/*/src/**/*.test.ts",
  "apps/*/src/**/*.test.ts",
  "apps/*/e2e/**/*.test.ts",
  "scripts/**/*.test.mjs",
]
const NAME_PATTERN = "--test-name-pattern="

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg.startsWith("-") && !arg.startsWith(NAME_PATTERN))
  if (unknown !== undefined)
    return complain(`Unknown option ${unknown}. Known: words of a file's path, ${NAME_PATTERN}PATTERN`)
  const words = args.filter((arg) => !arg.startsWith("-"))
  const files = globSync(PATTERNS, { cwd: root })
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted()
  if (files.length === 0)
    return complain(`No test file has ${words.map((word) => `"${word}"`).join(" or ")} in its path.`)

  const interruption = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort())
  await using started = new AsyncDisposableStack()
  const postgres = await startTestPostgres()
  started.defer(() => postgres.stop())
  const coverageDir = args.length > 0 ? undefined : await mkdtemp(path.join(tmpdir(), "aviary-coverage-"))
  if (coverageDir !== undefined) started.defer(() => rm(coverageDir, { recursive: true, force: true }))

  const summary = await runFiles(files, {
    databaseUrl: postgres.connectionString,
    coverageDir,
    namePatterns: args
      .filter((arg) => arg.startsWith(NAME_PATTERN))
      .map((arg) => arg.slice(NAME_PATTERN.length)),
    signal: interruption.signal,
  })
  const isWhole = coverageDir !== undefined && !interruption.signal.aborted
  const covered = !isWhole || (await tellCoverage(coverageDir))
  // The reporter prints what failed behind its summary, which is then out of sight; so is it behind the coverage.
  if (summary.failed || isWhole) process.stdout.write(`\n${summary.lines.join("\n")}\n`)
  return summary.failed || !covered ? 1 : 0
}

/** Prints which implemented operations were answered; whether that is all of them. */
async function tellCoverage(dir: string): Promise<boolean> {
  const { ok, lines } = reportCoverage({
    implemented: await implementedOperations(),
    answered: readAnswered(dir),
    neverAnswered,
    alwaysEmpty,
  })
  process.stdout.write(`\n${lines.join("\n")}\n`)
  return ok
}

interface Summary {
  readonly failed: boolean
  readonly lines: readonly string[]
}

async function runFiles(
  files: readonly string[],
  options: {
    databaseUrl: string
    coverageDir: string | undefined
    namePatterns: readonly string[]
    signal: AbortSignal
  },
): Promise<Summary> {
  const { databaseUrl, coverageDir, namePatterns, signal } = options
  const tests = run({
    files: files.map((file) => path.join(root, file)),
    cwd: root,
    concurrency: Math.max(2, availableParallelism()),
    env: {
      ...process.env,
      AVIARY_TEST_DATABASE_URL: databaseUrl,
      AVIARY_TEST_COVERAGE_DIR: coverageDir ?? "",
    },
    ...(namePatterns.length > 0 && { testNamePatterns: namePatterns }),
    signal,
  })
  let lines: string[] = []
  let failed = true
  tests.on("test:summary", ({ file, success, counts, duration_ms }) => {
    if (file !== undefined) return
    failed = !success
    lines = [
      `ℹ tests ${counts.tests}`,
      `ℹ suites ${counts.suites}`,
      `ℹ pass ${counts.passed}`,
      `ℹ fail ${counts.tests - counts.passed - counts.cancelled - counts.skipped - counts.todo}`,
      `ℹ cancelled ${counts.cancelled}`,
      `ℹ skipped ${counts.skipped}`,
      `ℹ todo ${counts.todo}`,
      `ℹ duration_ms ${duration_ms}`,
    ]
  })
  await pipeline(tests, new spec(), process.stdout, { end: false })
  return { failed, lines }
}

function complain(message: string): number {
  process.stderr.write(`${message}\n`)
  return 1
}
