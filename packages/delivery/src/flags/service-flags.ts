// The flags of a service's releases on disk: each release's own in a file that its instances read (AVIARY_FLAGS_FILE), and beside
// them what operators have switched off, which holds for all instances of all releases. A release's flags never change; they
// come and go with it.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { AppError } from "@aviary/kit"
import type { Clock, Log } from "@aviary/kit"
import {
  flagsOf,
  flagType,
  offVariant,
  overridesPath,
  overridesText,
  parseOverrides,
} from "@aviary/kit/flags"
import type { FlagOverride, FlagOverrides, FlagType } from "@aviary/kit/flags"
import type { Release } from "../releases/release.ts"

export interface ServiceFlag {
  readonly key: string
  readonly description: string | undefined
  /** Undefined where no release that runs declares it. */
  readonly type: FlagType | undefined
  readonly variants: readonly string[]
  readonly default: string | undefined
  /** What a kill switch leaves. */
  readonly off: string | undefined
  readonly rules: number
  /** Ids of the releases that declare it. */
  readonly releases: readonly string[]
  readonly override: FlagOverride | undefined
}

export interface KillRequest {
  readonly by: string
  readonly reason?: string | undefined
  /** Default: what the flag declares as `off`. */
  readonly variant?: string | undefined
}

export interface ServiceFlags {
  /** Writes the release's flags where its instances read them, and gives the path. Fails with `flags.invalid`. */
  fileFor(release: Release): string
  /** Of the releases that run, and whatever else is switched off; by name. */
  list(service: string, running: readonly Release[]): readonly ServiceFlag[]
  /** On all instances within a second. Fails with `flags.unknown` where no release that runs has such a flag or variant. */
  kill(service: string, key: string, request: KillRequest, running: readonly Release[]): ServiceFlag
  /** Takes a kill back. Fails with `flags.unknown` where there is none. */
  restore(service: string, key: string, running: readonly Release[]): void
  /** Forgets a release that was removed. */
  forget(release: Pick<Release, "id" | "service">): void
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/

/** @param deps.dir where the directories of the services are, one each */
export function createServiceFlags(deps: {
  dir: string
  clock: Pick<Clock, "now">
  log: Pick<Log, "info">
}): ServiceFlags {
  const { dir, clock, log } = deps

  function releaseFile({ id, service }: Pick<Release, "id" | "service">): string {
    for (const part of [id, service])
      if (!NAME.test(part)) throw new Error(`${part} is no name of a release or service`)
    return join(dir, service, `${id}.json`)
  }

  const overridesFile = (service: string): string => overridesPath(releaseFile({ id: "x", service }))

  /** What is on disk; a file that cannot be read stops whoever would write over it. */
  function overrides(service: string): FlagOverrides {
    const path = overridesFile(service)
    return existsSync(path) ? parseOverrides(readFileSync(path, "utf8"), path) : new Map()
  }

  function list(service: string, running: readonly Release[]): ServiceFlag[] {
    const killed = overrides(service)
    const flags = running.flatMap((release) =>
      [...flagsOf(release.manifest.flags, release.id)].map(([key, flag]) => ({
        key,
        flag,
        release: release.id,
      })),
    )
    const keys = new Set([...flags.map(({ key }) => key), ...killed.keys()])
    return [...keys].toSorted().map((key): ServiceFlag => {
      const declared = flags.filter((one) => one.key === key)
      // The newest release's word, where they differ.
      const flag = declared[0]?.flag
      const [value] = Object.values(flag?.variants ?? {})
      return {
        key,
        description: flag?.description,
        type: value === undefined ? undefined : flagType(value),
        variants: [...new Set(declared.flatMap((one) => Object.keys(one.flag.variants)))],
        default: flag?.default,
        off: flag && offVariant(flag),
        rules: flag?.rules.length ?? 0,
        releases: declared.map(({ release }) => release),
        override: killed.get(key),
      }
    })
  }

  function change(service: string, edit: (all: Map<string, FlagOverride>) => void): void {
    const all = new Map(overrides(service))
    edit(all)
    writeWhole(overridesFile(service), overridesText(all))
  }

  return {
    fileFor(release) {
      const path = releaseFile(release)
      flagsOf(release.manifest.flags, release.id)
      writeWhole(path, `${JSON.stringify(release.manifest.flags, null, 2)}\n`)
      return path
    },
    list,
    kill(service, key, { by, reason, variant }, running) {
      const flag = list(service, running).find((one) => one.key === key)
      if (!flag || flag.releases.length === 0) {
        const known = list(service, running).flatMap((one) => (one.releases.length > 0 ? [one.key] : []))
        throw new AppError("flags.unknown", {
          reason: `${service} has no flag ${key}. It has: ${known.join(", ") || "none"}`,
        })
      }
      if (variant !== undefined && !flag.variants.includes(variant))
        throw new AppError("flags.unknown", {
          reason: `${key} has no variant ${variant}. It has: ${flag.variants.join(", ")}`,
        })
      const override: FlagOverride = {
        by,
        at: new Date(clock.now()).toISOString(),
        ...(reason === undefined ? {} : { reason }),
        ...(variant === undefined ? {} : { variant }),
      }
      change(service, (all) => all.set(key, override))
      log.info({ service, flag: key, ...override }, "a flag was switched for everybody")
      return { ...flag, override }
    },
    restore(service, key, running) {
      if (!overrides(service).has(key)) {
        const killed = list(service, running).flatMap((one) => (one.override ? [one.key] : []))
        throw new AppError("flags.unknown", {
          reason: `${key} of ${service} is not switched off. What is: ${killed.join(", ") || "nothing"}`,
        })
      }
      change(service, (all) => all.delete(key))
      log.info({ service, flag: key }, "a flag is as its releases say again")
    },
    forget: (release) => rmSync(releaseFile(release), { force: true }),
  }
}

/** Aside, to the disk, renamed: instances that look meanwhile see the old one or the new one. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  const aside = `${path}.${process.pid}`
  const file = openSync(aside, "w", 0o644)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(aside, path)
}
