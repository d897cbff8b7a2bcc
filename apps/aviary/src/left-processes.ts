// The processes that an installation runs beside its supervisor, as they stand in what it writes down: whether some still run when
// there is no supervisor, and for tests that kill one, and leave none behind.

import { readFileSync } from "node:fs"
import path from "node:path"
import { processIdentity } from "@aviary/kit"
import { readReport } from "./gateway/gateway-keeper.ts"

export interface LeftProcess {
  /** `keeper`, `gateway`, or the instance. */
  readonly name: string
  readonly pid: number
  readonly identity: string
}

interface DeliveryState {
  readonly sections: {
    readonly fleets?: {
      readonly fleets: Readonly<
        Record<string, { readonly instances: readonly { id: string; pid?: number; identity?: string }[] }>
      >
    }
  }
}

/** Those that run at this moment. */
export function leftProcesses(dataDir: string): LeftProcess[] {
  const report = readReport(path.join(dataDir, "gateway"))
  const gateway = [
    { name: "keeper", ...report?.keeper },
    { name: "gateway", ...report?.gateway },
  ]
  const instances = Object.values(readState(dataDir)?.sections.fleets?.fleets ?? {}).flatMap((fleet) =>
    fleet.instances.map(({ id, pid, identity }) => ({ name: id, pid, identity })),
  )
  return [...gateway, ...instances].flatMap(({ name, pid = 0, identity = "" }) =>
    pid > 0 && processIdentity(pid) === identity ? [{ name, pid, identity }] : [],
  )
}

function readState(dataDir: string): DeliveryState | undefined {
  try {
    return JSON.parse(readFileSync(path.join(dataDir, "delivery", "state.json"), "utf8")) as DeliveryState
  } catch {
    return undefined
  }
}
