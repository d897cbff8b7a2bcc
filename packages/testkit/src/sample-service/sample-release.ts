// Release bundles of the sample shop: a directory with its program and `aviary-release.yaml`, as somebody would write it, with
// switches for what is wrong with it.

import { copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { stringify } from "yaml"

export interface SampleRelease {
  /** Default `v1`; told in each answer's `x-shop-version`. */
  readonly version?: string
  /** Median of what an answer takes (default 8 ms). */
  readonly latencyMs?: number
  /** Standard deviation of its logarithm (default 0.5, the 95th percentile is 2.3 times the median). */
  readonly latencySpread?: number
  /** 1.2: everything takes a fifth longer. */
  readonly latencyFactor?: number
  /** Share of requests that fail, 0 … 1. */
  readonly errorRate?: number
  /** Share of carts (POST) that become orders (default 0.3): the business of the shop, which fails without an error. */
  readonly orderRate?: number
  /** Bytes that each request leaves in memory. */
  readonly leakBytes?: number
  readonly startDelayMs?: number
  /** It ends while it starts. */
  readonly failStart?: boolean
  /** It starts and never becomes healthy. */
  readonly unhealthy?: boolean
  readonly failSmoke?: boolean
  readonly wrongBody?: boolean
  /** Versions of a schema that it says it goes with. */
  readonly schema?: { readonly min: number; readonly max: number }
  readonly flags?: Readonly<Record<string, unknown>>
}

const VARIABLES = {
  version: "SHOP_VERSION",
  latencyMs: "SHOP_LATENCY_MS",
  latencySpread: "SHOP_LATENCY_SPREAD",
  latencyFactor: "SHOP_LATENCY_FACTOR",
  errorRate: "SHOP_ERROR_RATE",
  orderRate: "SHOP_ORDER_RATE",
  leakBytes: "SHOP_LEAK_BYTES",
  startDelayMs: "SHOP_START_DELAY_MS",
  failStart: "SHOP_FAIL_START",
  unhealthy: "SHOP_UNHEALTHY",
  failSmoke: "SHOP_FAIL_SMOKE",
  wrongBody: "SHOP_WRONG_BODY",
} as const satisfies Partial<Record<keyof SampleRelease, string>>

const PROGRAM = "shop.ts"

/** Writes the bundle into `dir`, which is made, and gives it back. */
export function writeSampleRelease(dir: string, release: SampleRelease = {}): string {
  mkdirSync(dir, { recursive: true })
  copyFileSync(join(import.meta.dirname, "shop.process.ts"), join(dir, PROGRAM))
  writeFileSync(join(dir, "package.json"), '{"type":"module","private":true}\n')
  writeFileSync(join(dir, "aviary-release.yaml"), stringify(manifestOf(release)))
  return dir
}

function manifestOf(release: SampleRelease): object {
  const env = Object.entries(VARIABLES).flatMap(([key, variable]) => {
    const value = release[key as keyof typeof VARIABLES]
    return value === undefined ? [] : [[variable, String(value)]]
  })
  return {
    command: ["node", PROGRAM],
    env: Object.fromEntries(env) as Record<string, string>,
    health: { path: "/health", interval: "200ms", timeout: "1s" },
    metrics: { path: "/metrics" },
    drain: { timeout: "5s" },
    smokeTests: [{ name: "smoke", path: "/smoke", expect: { status: 200, contains: "fit to be seen" } }],
    ...(release.schema ? { schema: release.schema } : {}),
    ...(release.flags ? { flags: release.flags } : {}),
  }
}
