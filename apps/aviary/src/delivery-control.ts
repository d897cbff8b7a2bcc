// How a command reaches delivery in the running supervisor, and who it says that asks.

import { existsSync } from "node:fs"
import { userInfo } from "node:os"
import { join, resolve } from "node:path"
import { createControlClient } from "@aviary/delivery/control"
import type { ControlClient } from "@aviary/delivery/control"
import { deliverySocketPath } from "./gateway/control-socket.ts"
import { dataDir } from "./settings.ts"
import type { AviarySettings } from "./settings.ts"

export function openControl(settings: AviarySettings): ControlClient {
  return createControlClient(deliverySocketPath(join(dataDir(settings))))
}

/** The name in records. */
export function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    // A user id without a name, as in some containers.
    return `user ${process.getuid?.() ?? "unknown"}`
  }
}

const RELEASE = /^[A-Za-z0-9][A-Za-z0-9._-]*@([0-9a-f]{8}|checkout)$/

/**
 * What the operator means by a source, as the supervisor, which runs elsewhere, understands it: a path becomes absolute, a revision
 * belongs to the repository that one stands in, the id of a release stays.
 */
export function sourceFor(source: string, cwd = process.cwd()): string {
  const path = resolve(cwd, source)
  if (existsSync(path)) return path
  if (RELEASE.test(source)) return source
  const at = source.lastIndexOf("#")
  return at < 0 ? `${cwd}#${source}` : `${resolve(cwd, source.slice(0, at))}#${source.slice(at + 1)}`
}

/** Signals that end a command's looking, not what it looks at. */
export function leaveSignal(): AbortSignal {
  const leaving = new AbortController()
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => leaving.abort())
  return leaving.signal
}
