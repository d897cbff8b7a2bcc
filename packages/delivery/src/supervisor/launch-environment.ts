// What a process of a service sees: nothing of the supervisor's own environment but what is given here.

import { RUN_VARIABLE } from "./instance-process.ts"
import type { ReleaseManifest } from "../releases/manifest.ts"
import type { NewInstance } from "./supervisor.ts"

export interface LaunchEnvironmentInput {
  /** What every process of this service gets: PATH, settings of the installation. */
  readonly base: Readonly<Record<string, string>>
  readonly release: string
  readonly manifest: Pick<ReleaseManifest, "env" | "metrics">
  readonly instance: NewInstance
  /** File of the release's flags. */
  readonly flagsFile: string
  /** File of the release's configuration. */
  readonly configFile: string
}

/** The release's own variables win over the base, what the supervisor decides over both. */
export function launchEnvironment(input: LaunchEnvironmentInput): Record<string, string> {
  const { base, manifest, instance } = input
  return {
    ...base,
    ...manifest.env,
    PORT: String(instance.port),
    ...(manifest.metrics?.port === "own" && { METRICS_PORT: String(instance.metricsPort) }),
    AVIARY_INSTANCE: instance.id,
    AVIARY_RELEASE: input.release,
    AVIARY_FLAGS_FILE: input.flagsFile,
    AVIARY_RELEASE_CONFIG: input.configFile,
    [RUN_VARIABLE]: instance.run,
  }
}
