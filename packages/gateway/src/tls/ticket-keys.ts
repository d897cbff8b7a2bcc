// The keys of session tickets: one for all certificates, so that a client comes back without a full handshake after a renewal,
// and changed daily, so that what leaks one day tells nothing of another.

import type { Server } from "node:tls"
import type { Clock } from "@aviary/kit"

export interface TicketKeys {
  /** 48 bytes, as Node wants them. */
  current(): Buffer
  /** Keeps a server's keys current. */
  attach(server: Pick<Server, "setTicketKeys">): void
  stop(): void
}

const ROTATE_MS = 86_400_000
const KEY_BYTES = 48

export function createTicketKeys(deps: { clock: Clock; randomBytes: (size: number) => Buffer }): TicketKeys {
  const servers = new Set<Pick<Server, "setTicketKeys">>()
  let key = deps.randomBytes(KEY_BYTES)
  let cancel = deps.clock.after(ROTATE_MS, rotate)

  function rotate(): void {
    key = deps.randomBytes(KEY_BYTES)
    for (const server of servers) server.setTicketKeys(key)
    cancel = deps.clock.after(ROTATE_MS, rotate)
  }

  return {
    current: () => key,
    attach: (server) => void servers.add(server),
    stop: () => cancel(),
  }
}
