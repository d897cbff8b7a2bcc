// All tunnels that are open, so that those of an instance or of the whole gateway can be ended politely.

import type { Deadlines } from "../deadlines.ts"
import type { RequestRecord } from "../ledger/ledger.ts"
import type { TunnelEnds } from "./forward-deps.ts"
import type { Tunnel } from "./tunnel.ts"
import { joinTunnel } from "./tunnel.ts"

export interface Tunnels {
  join(ends: TunnelEnds, at: { idleMs: number; record: RequestRecord; done: () => void }): void
  readonly size: number
  /** What happens to the tunnels of an instance; all instances without `instanceId`. */
  end(how: "notify" | "close", instanceId?: string): void
}

export function createTunnels(deps: { deadlines: Deadlines }): Tunnels {
  const open = new Map<Tunnel, string>()
  return {
    join(ends, { idleMs, record, done }) {
      const tunnel: Tunnel = joinTunnel(
        {
          client: ends.client,
          instance: ends.instance,
          deadlines: deps.deadlines,
          idleMs,
          websocket: true,
          onEnd(bytes) {
            open.delete(tunnel)
            record.bytesIn = bytes.in
            record.bytesOut = bytes.out
            done()
          },
        },
        { client: ends.firstOfClient, instance: ends.firstOfInstance },
      )
      open.set(tunnel, ends.target.member.instance.id)
    },
    get size() {
      return open.size
    },
    end(how, instanceId) {
      for (const [tunnel, id] of open) {
        if (instanceId !== undefined && id !== instanceId) continue
        if (how === "notify") tunnel.notify()
        else tunnel.cut()
      }
    },
  }
}
