// Which certificate a connection is shown: by the name that the client asks for (SNI), an exact one before a wildcard, else the
// default. Certificates are exchanged while connections go on; a connection keeps what it began with. Also answers the
// challenges of tls-alpn-01 (RFC 8737), which are told from other connections by their protocol.

import { createSecureContext } from "node:tls"
import type { SecureContext, SecureContextOptions, Server, TlsOptions } from "node:tls"
import type { Certificate } from "./certificate.ts"
import type { TicketKeys } from "./ticket-keys.ts"
import type { TlsConfig } from "./tls-schema.ts"

export interface CertificateStore {
  /** Puts a source's certificate in place of what it gave before. The first source is the default where no name fits. */
  put(source: string, certificate: Certificate): void
  remove(source: string): void
  /** The certificate for a name, as clients would be shown it. */
  find(name: string | undefined): Certificate | undefined
  /** All that there are, by their source. */
  list(): readonly { readonly source: string; readonly certificate: Certificate }[]
  /** Shows this one to connections that ask for `acme-tls/1` and this name. */
  putChallenge(name: string, certificate: Pick<Certificate, "chain" | "key">): void
  removeChallenge(name: string): void
  /** For `tls.createServer`; `attach` must be called with the server, since clients without SNI see what the server itself has. */
  readonly termination: TlsTermination
}

export type TlsTermination = TlsOptions & { attach(server: Server): void }

export interface CertificateStoreDeps {
  readonly config: Pick<TlsConfig, "minVersion">
  /** PEM of the authorities that clients' certificates must be of; undefined: none are asked for. */
  readonly clientAuthorities?: { readonly pem: string; readonly mode: "request" | "require" } | undefined
  /** Whether challenges of tls-alpn-01 may come. */
  readonly answersChallenges: boolean
  readonly tickets: TicketKeys
}

/** Mozilla's "intermediate" suites for TLS 1.2, version 5.7; those of 1.3 are all good and not configured. */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":")

const PROTOCOLS = ["h2", "http/1.1"]
const CHALLENGE_PROTOCOL = "acme-tls/1"
const TICKETS_LIVE_S = 86_400

interface Shown {
  readonly certificate: Certificate
  readonly context: SecureContext
}

export function createCertificateStore(deps: CertificateStoreDeps): CertificateStore {
  const sources = new Map<string, Shown>()
  const byName = new Map<string, Shown>()
  const challenges = new Map<string, SecureContext>()
  /** Connections that asked for `acme-tls/1`, between that and their certificate. */
  const challenged = new WeakSet<object>()
  const servers = new Set<WeakRef<Server>>()

  const common: SecureContextOptions = {
    minVersion: deps.config.minVersion === "1.3" ? "TLSv1.3" : "TLSv1.2",
    ciphers: CIPHERS,
    // All are good: the client knows best which is fast for it.
    honorCipherOrder: false,
    sessionTimeout: TICKETS_LIVE_S,
    ...(deps.clientAuthorities && { ca: deps.clientAuthorities.pem }),
  }

  function contextOf({ chain, key }: Pick<Certificate, "chain" | "key">): SecureContext {
    return createSecureContext({ ...common, cert: chain, key })
  }

  function rebuild(): void {
    byName.clear()
    // The first source wins a name that several have.
    for (const shown of sources.values()) {
      for (const name of shown.certificate.names) if (!byName.has(name)) byName.set(name, shown)
    }
    for (const ref of servers) {
      const server = ref.deref()
      if (server) setDefault(server)
      else servers.delete(ref)
    }
  }

  function setDefault(server: Server): void {
    const [first] = sources.values()
    if (!first) return
    const { chain, key } = first.certificate
    server.setSecureContext({ ...common, cert: chain, key, ticketKeys: deps.tickets.current() })
  }

  function findShown(name: string | undefined): Shown | undefined {
    const asked = name?.toLowerCase().replace(/\.$/, "")
    const [first] = sources.values()
    if (asked === undefined) return first
    // A wildcard stands for one label (RFC 9525 6.3).
    return byName.get(asked) ?? byName.get(`*.${asked.slice(asked.indexOf(".") + 1)}`) ?? first
  }

  function chooseContext(
    this: unknown,
    name: string,
    done: (error: Error | null, context?: SecureContext) => void,
  ): void {
    const isChallenge = typeof this === "object" && this !== null && challenged.has(this)
    // A challenge for a name that nobody proves now gets no ordinary certificate: it must fail.
    const context = isChallenge ? challenges.get(name.toLowerCase()) : findShown(name)?.context
    if (context) done(null, context)
    else done(new Error("there is no certificate"))
  }

  /** Runs before a certificate is chosen, for the same connection. */
  function chooseProtocol(
    this: unknown,
    { servername, protocols }: { servername: string; protocols: string[] },
  ): string | undefined {
    if (protocols.includes(CHALLENGE_PROTOCOL)) {
      if (!challenges.has(servername.toLowerCase()) || typeof this !== "object" || this === null)
        return undefined
      challenged.add(this)
      return CHALLENGE_PROTOCOL
    }
    return PROTOCOLS.find((protocol) => protocols.includes(protocol))
  }

  return {
    put(source, certificate) {
      sources.set(source, { certificate, context: contextOf(certificate) })
      rebuild()
    },
    remove(source) {
      if (sources.delete(source)) rebuild()
    },
    find: (name) => findShown(name)?.certificate,
    list: () => [...sources].map(([source, { certificate }]) => ({ source, certificate })),
    putChallenge: (name, certificate) => void challenges.set(name.toLowerCase(), contextOf(certificate)),
    removeChallenge: (name) => void challenges.delete(name.toLowerCase()),
    termination: {
      ...common,
      SNICallback: chooseContext,
      ...(deps.answersChallenges ? { ALPNCallback: chooseProtocol } : { ALPNProtocols: PROTOCOLS }),
      ticketKeys: deps.tickets.current(),
      ...(deps.clientAuthorities && {
        requestCert: true,
        rejectUnauthorized: deps.clientAuthorities.mode === "require",
      }),
      attach(server) {
        servers.add(new WeakRef(server))
        deps.tickets.attach(server)
        setDefault(server)
      },
    },
  }
}
