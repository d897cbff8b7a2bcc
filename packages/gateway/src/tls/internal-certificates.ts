// Certificates of the internal authority for the gateway itself: one to show to clients under local names, and one to show to
// instances on other machines. Short-lived, and made anew well before their end; their keys are kept in memory only.

import { hostname, networkInterfaces } from "node:os"
import type { Clock, Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { Certificate } from "./certificate.ts"
import type { CertificateShelf, CertificateSource } from "./certificate-source.ts"
import type { InternalAuthority } from "./internal-authority.ts"

const LIFETIME_MS = 30 * 86_400_000
const RENEW_BEFORE_MS = 10 * 86_400_000
const LOOK_EVERY_MS = 3_600_000
const RETRY_MS = 60_000

/** The name by which instances know the gateway's certificate. */
export const GATEWAY_NAME = "aviary-gateway"

/** This machine's names and addresses, and those given: what a local certificate is for. Each once. */
export function localNames(
  given: readonly string[],
  machine = { hostname, networkInterfaces },
): readonly string[] {
  const own = machine.hostname().toLowerCase()
  const addresses = Object.values(machine.networkInterfaces()).flatMap((list) =>
    // Addresses with a zone are of this machine alone and cannot stand in a certificate.
    (list ?? [])
      .filter(({ internal, address }) => !internal && !address.startsWith("fe80:"))
      .map(({ address }) => address),
  )
  const names = ["localhost", "127.0.0.1", "::1"]
  if (/^[a-z0-9.-]{1,253}$/.test(own)) names.push(own, ...(own.includes(".") ? [] : [`${own}.local`]))
  return [...new Set([...names, ...addresses, ...given.map((name) => name.toLowerCase())])]
}

export interface InternalCertificatesDeps {
  readonly authority: InternalAuthority
  readonly names: readonly string[]
  readonly shelf: CertificateShelf
  readonly clock: Clock
  readonly log: Log
}

export interface InternalCertificates extends CertificateSource {
  /** What the gateway shows to instances (mTLS), and whom it believes; known once started. */
  toInstances(): { readonly cert: string; readonly key: string; readonly ca: string }
}

export function createInternalCertificates(deps: InternalCertificatesDeps): InternalCertificates {
  const { authority, names, shelf, clock, log } = deps
  let server: Certificate | undefined
  let client: Certificate | undefined
  let problem: string | undefined
  let cancel = () => {}
  let isStopped = false

  async function renew(): Promise<void> {
    ;[server, client] = await Promise.all([
      authority.issue({ names, usage: "server", lifetimeMs: LIFETIME_MS }),
      authority.issue({ names: [GATEWAY_NAME], usage: "client", lifetimeMs: LIFETIME_MS }),
    ])
    shelf.put("internal", server)
  }

  async function look(): Promise<void> {
    let next = LOOK_EVERY_MS
    try {
      if ((server?.notAfter ?? 0) - clock.now() < RENEW_BEFORE_MS) await renew()
      problem = undefined
    } catch (error) {
      problem = messageOf(error)
      log.error({ error: problem }, "the internal certificate could not be renewed; the old one serves on")
      next = RETRY_MS
    }
    if (!isStopped) cancel = clock.after(next, () => void look())
  }

  return {
    name: "internal certificates",
    async start() {
      await renew()
      cancel = clock.after(LOOK_EVERY_MS, () => void look())
    },
    async stop() {
      isStopped = true
      cancel()
    },
    state: () => ({ source: "internal", names, notAfter: server?.notAfter, problem }),
    toInstances() {
      if (!client) throw new Error("the internal certificates were not started")
      return { cert: client.chain, key: client.key, ca: authority.certificate }
    },
  }
}
