// Kills a process of an installation, and none that has only got its id.

import { processIdentity, signalProcess } from "@aviary/kit"
import type { LeftProcess } from "../left-processes.ts"

export function killLeft({ pid, identity }: LeftProcess, signal: NodeJS.Signals = "SIGKILL"): void {
  if (processIdentity(pid) === identity) signalProcess(pid, signal)
}
