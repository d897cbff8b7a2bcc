// Feature flags by OpenFeature (https://openfeature.dev/specification/): our provider over the files of flag-files.ts. The code
// that asks names a flag, a default and whom it is for, and never fails for a flag's sake.

import { randomUUID } from "node:crypto"
import {
  ErrorCode,
  OpenFeature,
  OpenFeatureEventEmitter,
  ServerProviderEvents,
} from "@openfeature/server-sdk"
import type {
  Client,
  EvaluationContext,
  JsonValue,
  Provider,
  ResolutionDetails,
} from "@openfeature/server-sdk"
import type { Clock } from "../clock.ts"
import type { Part } from "../lifecycle.ts"
import type { Log } from "../log.ts"
import { evaluateFlag } from "./evaluate-flag.ts"
import type { FlagResolution } from "./evaluate-flag.ts"
import { flagType } from "./flag-document.ts"
import type { FlagType } from "./flag-document.ts"
import { createFlagFiles } from "./flag-files.ts"
import type { FlagFiles } from "./flag-files.ts"

export interface FlagsDeps {
  /** The release's flags file; without one every flag has the default of the code that asks. */
  readonly file: string | undefined
  /** Id of the release that runs. */
  readonly release?: string | undefined
  readonly clock: Pick<Clock, "after">
  readonly log: Log
}

export interface FlagsPart extends Part {
  /** `targetingKey` is an account's id. */
  readonly client: Client
}

/** The flags of one process, or of one of several services in it. The files are read at the start and watched until the stop. */
export function createFlags(deps: FlagsDeps): FlagsPart {
  const events = new OpenFeatureEventEmitter()
  const files =
    deps.file === undefined
      ? undefined
      : createFlagFiles({
          ...deps,
          path: deps.file,
          onChange: (flagsChanged) =>
            events.emit(ServerProviderEvents.ConfigurationChanged, { flagsChanged: [...flagsChanged] }),
        })
  // The library keeps one provider for each domain of the process.
  const domain = `aviary-${randomUUID()}`
  return {
    name: "feature flags",
    client: OpenFeature.getClient(domain),
    async start() {
      await files?.start()
      await OpenFeature.setProviderAndWait(domain, createProvider(files, { events, release: deps.release }))
    },
    async stop() {
      files?.stop()
    },
  }
}

function createProvider(
  files: Pick<FlagFiles, "state"> | undefined,
  { events, release }: { events: OpenFeatureEventEmitter; release: string | undefined },
): Provider {
  function resolve<T>(
    type: FlagType,
    key: string,
    ask: { fallback: T; context: EvaluationContext },
  ): ResolutionDetails<T> {
    const { targetingKey } = ask.context
    const found = files && evaluateFlag(key, files.state(), { targetingKey, release })
    if (!found) return { value: ask.fallback, reason: "ERROR", errorCode: ErrorCode.FLAG_NOT_FOUND }
    if (flagType(found.value) !== type)
      return {
        value: ask.fallback,
        reason: "ERROR",
        errorCode: ErrorCode.TYPE_MISMATCH,
        errorMessage: `${key} is of type ${flagType(found.value)}, not ${type}`,
      }
    return {
      value: found.value as T,
      reason: REASONS[found.reason],
      ...(found.variant === undefined ? {} : { variant: found.variant }),
    }
  }
  return {
    metadata: { name: "aviary-flags" },
    runsOn: "server",
    events,
    resolveBooleanEvaluation: async (key, fallback, context) =>
      resolve("boolean", key, { fallback, context }),
    resolveStringEvaluation: async (key, fallback, context) => resolve("string", key, { fallback, context }),
    resolveNumberEvaluation: async (key, fallback, context) => resolve("number", key, { fallback, context }),
    resolveObjectEvaluation: async <T extends JsonValue>(
      key: string,
      fallback: T,
      context: EvaluationContext,
    ) => resolve("object", key, { fallback, context }),
  }
}

/** OpenFeature's names: https://openfeature.dev/specification/types/#resolution-reason */
const REASONS: Readonly<Record<FlagResolution["reason"], string>> = {
  override: "DISABLED",
  rule: "TARGETING_MATCH",
  split: "SPLIT",
  default: "DEFAULT",
}
