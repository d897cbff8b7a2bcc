// What a flag is for somebody. Pure: the same answer on every instance and in every process, and a share that grows only adds.

import { createHash } from "node:crypto"
import type { Flag, FlagOverrides, Flags, FlagValue } from "./flag-document.ts"

export interface FlagState {
  readonly flags: Flags
  readonly overrides: FlagOverrides
}

/** Whom it is for. */
export interface FlagContext {
  /** An account's id, or whatever else is to keep its variant. */
  readonly targetingKey?: string | undefined
  /** Id of the release that asks. */
  readonly release?: string | undefined
}

export interface FlagResolution {
  readonly value: FlagValue
  readonly variant?: string
  /** - `override`: an operator has set it for everybody; `rule`, `split` (a percentage), `default`. */
  readonly reason: "override" | "rule" | "split" | "default"
}

/** Undefined where the release declares no such flag and nobody has switched it off. */
export function evaluateFlag(
  key: string,
  state: FlagState,
  context: FlagContext,
): FlagResolution | undefined {
  const flag = state.flags.get(key)
  const override = state.overrides.get(key)
  if (!flag) return override ? { value: false, reason: "override" } : undefined
  if (override) {
    const asked =
      override.variant !== undefined && override.variant in flag.variants ? override.variant : undefined
    return resolution(flag, asked ?? offVariant(flag), "override")
  }
  for (const rule of flag.rules) {
    const { accounts, releases, percentage, variant } = rule
    if (accounts && !accounts.includes(context.targetingKey ?? "")) continue
    if (releases && !releases.some((pattern) => matches(pattern, context.release))) continue
    if (percentage !== undefined && !(percentOf(key, flag, context.targetingKey) < percentage)) continue
    return resolution(flag, variant, percentage === undefined ? "rule" : "split")
  }
  return resolution(flag, flag.default, "default")
}

function resolution(flag: Flag, variant: string, reason: FlagResolution["reason"]): FlagResolution {
  const value = flag.variants[variant]
  if (value === undefined) throw new Error(`A flag has no variant ${variant}`)
  return { value, variant, reason }
}

/** What a kill switch leaves. */
export function offVariant(flag: Flag): string {
  if (flag.off !== undefined) return flag.off
  return "off" in flag.variants ? "off" : flag.default
}

function matches(pattern: string, release: string | undefined): boolean {
  if (release === undefined) return false
  return pattern.endsWith("*") ? release.startsWith(pattern.slice(0, -1)) : release === pattern
}

const BUCKETS = 2 ** 32

/** Where somebody stands between 0 and 100; nobody in particular stands above every share but the whole. */
function percentOf(key: string, flag: Flag, targetingKey: string | undefined): number {
  if (targetingKey === undefined) return 99.999_999
  const digest = createHash("sha256")
    .update(`${key}\0${flag.salt ?? ""}\0${targetingKey}`)
    .digest()
  return (digest.readUInt32BE(0) / BUCKETS) * 100
}
