// Everything about HTTPS, put together for the gateway: certificates from wherever the configuration says, what TLS connections
// are shown, and the rules for answers. It decides nothing.

import { randomBytes } from "node:crypto"
import { readFile } from "node:fs/promises"
import { hostname } from "node:os"
import { join } from "node:path"
import type { Clock, Log, Part } from "@aviary/kit"
import type { RequestView } from "../types.ts"
import { createCertificateFiles } from "./certificate-files.ts"
import type { CertificateSource, SourceState } from "./certificate-source.ts"
import { createCertificateStore } from "./certificate-store.ts"
import type { CertificateStore, TlsTermination } from "./certificate-store.ts"
import { createChallenges } from "./challenges.ts"
import { challengeToken, hstsHeader, redirectToHttps } from "./https-rules.ts"
import type { Redirect } from "./https-rules.ts"
import { openInternalAuthority } from "./internal-authority.ts"
import type { InternalAuthority } from "./internal-authority.ts"
import { createInternalCertificates, localNames } from "./internal-certificates.ts"
import type { InternalCertificates } from "./internal-certificates.ts"
import { createTicketKeys } from "./ticket-keys.ts"
import type { TlsConfig } from "./tls-schema.ts"
import { isProgramThere, trustCommand } from "./trust-command.ts"

export interface TlsDeps {
  readonly config: TlsConfig
  /** Where authority, account and certificates are kept; made where it is missing. */
  readonly stateDir: string
  /** The port that clients reach HTTPS at, for redirects. */
  readonly publicPort: () => number
  readonly clock: Clock
  readonly log: Log
}

export interface Tls extends Part {
  /** For the listener; good from the beginning, certificates come and go. */
  readonly termination: TlsTermination
  /** The text for an authority that asks whether a name is ours; undefined for every other request. Before any redirect. */
  challengeFor(request: Pick<RequestView, "method" | "path">): string | undefined
  /** Where a request by plain HTTP is sent; undefined: it is answered. */
  redirectFor(
    request: Pick<RequestView, "method" | "path" | "query" | "host" | "secure">,
  ): Redirect | undefined
  /** The value of `Strict-Transport-Security` for an answer; undefined where none belongs. */
  hstsFor(request: Pick<RequestView, "host" | "secure">): string | undefined
  /** What the gateway shows to instances, and whom it believes (mTLS); undefined without an internal authority. */
  toInstances(): ReturnType<InternalCertificates["toInstances"]> | undefined
  /** The internal authority, for whoever trusts it or gives certificates to instances; undefined without one. */
  authority(): InternalAuthority | undefined
  /** The command by which this machine is made to trust the internal authority; undefined without one. */
  trustCommand(): string | undefined
  certificates(): readonly SourceState[]
}

/** Fails when a file that is named cannot be used. */
export async function createTls({ config, stateDir, publicPort, clock, log }: TlsDeps): Promise<Tls> {
  const tickets = createTicketKeys({ clock, randomBytes })
  const store = createCertificateStore({
    config,
    tickets,
    answersChallenges: config.acme?.challenge === "tls-alpn-01",
    clientAuthorities: config.clientAuth && {
      mode: config.clientAuth.mode,
      pem: await readFile(config.clientAuth.authorities, "utf8"),
    },
  })
  const challenges = createChallenges(store)
  const authority =
    config.internal &&
    (await openInternalAuthority({
      dir: join(stateDir, "authority"),
      name: `Aviary on ${hostname()}`,
      now: () => clock.now(),
    }))
  const shared = { shelf: store, clock, log }
  const internal =
    authority &&
    createInternalCertificates({ ...shared, authority, names: localNames(config.internal?.names ?? []) })
  const acme =
    config.acme &&
    // 7 MiB of memory, for those who have a domain.
    (await import("./acme-certificates.ts")).createAcmeCertificates({
      ...shared,
      config: config.acme,
      dir: join(stateDir, "acme"),
      challenges,
      random: Math.random,
    })
  // What serves where no name fits comes first: the files, then ACME, then the internal one.
  const sources: CertificateSource[] = config.files.map((files) =>
    createCertificateFiles({ ...shared, files }),
  )
  if (acme) sources.push(acme)
  if (internal) sources.push(internal)

  return {
    name: "certificates",
    async start() {
      for (const source of sources) await source.start()
    },
    async stop(signal) {
      for (const source of sources.toReversed()) await source.stop(signal)
      tickets.stop()
    },
    termination: store.termination,
    challengeFor(request) {
      const token = challengeToken(request)
      return token === undefined ? undefined : challenges.challengeFor(token)
    },
    redirectFor: (request) =>
      redirectToHttps({ isServed: (host) => isTrusted(store, host), port: publicPort() }, request),
    hstsFor: (request) => (isTrusted(store, request.host) ? hstsHeader(config.hsts, request) : undefined),
    toInstances: () => internal?.toInstances(),
    authority: () => authority,
    trustCommand: () =>
      authority && trustCommand(authority.file, { platform: process.platform, has: isProgramThere }),
    certificates: () => sources.map((source) => source.state()),
  }
}

/** Whether browsers accept what we show for a host: not the internal authority's, and not another name's. */
function isTrusted(store: CertificateStore, host: string): boolean {
  const shown = store.find(host)
  if (
    !shown ||
    store.list().some(({ source, certificate }) => source === "internal" && certificate === shown)
  )
    return false
  return shown.names.some(
    (name) => name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1)),
  )
}
