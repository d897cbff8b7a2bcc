// Keeps a certificate from a public authority: gets it, keeps it on disk, renews it ahead of time, and tries again with growing
// pauses when that fails. The certificate that is there serves on, whatever happens; so does a gateway that starts while the
// authority is away.

import { mkdir, readFile } from "node:fs/promises"
import { createHash } from "node:crypto"
import { join } from "node:path"
import type { Clock, Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { z } from "zod"
import { writeFileAtomically } from "../values/write-file.ts"
import type { ChallengeShelf } from "./acme-client.ts"
import { diceOf, fetchRenewalWindow, makeAccountKey, orderCertificate } from "./acme-client.ts"
import type { Certificate } from "./certificate.ts"
import { readCertificate } from "./certificate.ts"
import type { CertificateShelf, CertificateSource } from "./certificate-source.ts"
import { renewalTime, retryDelay } from "./renewal.ts"
import type { RenewalWindow } from "./renewal.ts"
import type { AcmeConfig } from "./tls-schema.ts"

export interface AcmeCertificatesDeps {
  readonly config: AcmeConfig
  /** Where account and certificates are kept; made where it is missing. */
  readonly dir: string
  readonly shelf: CertificateShelf
  readonly challenges: ChallengeShelf
  /** 0 … 1, for pauses. */
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
  /** Default: the real ones. */
  readonly order?: typeof orderCertificate
  readonly renewalWindow?: typeof fetchRenewalWindow
}

export interface AcmeCertificates extends CertificateSource {
  /** Renews when it is time; by itself twice a day, and after failures when their pause is over. Never rejects. */
  tend(): Promise<void>
}

const SOURCE = "acme"
const LOOK_EVERY_MS = 12 * 3_600_000

const storedAccountSchema = z.object({ key: z.string(), url: z.string().optional() })
const storedCertificateSchema = z.object({ chain: z.string(), key: z.string() })

export function createAcmeCertificates(deps: AcmeCertificatesDeps): AcmeCertificates {
  const { config, shelf, clock, log, order = orderCertificate, renewalWindow = fetchRenewalWindow } = deps
  // Accounts are of one authority, certificates of one list of names.
  const accountFile = join(deps.dir, `account-${shortHash(config.directoryUrl)}.json`)
  const certificateFile = join(
    deps.dir,
    `certificate-${shortHash([config.directoryUrl, ...config.domains.toSorted()].join("\n"))}.json`,
  )
  let current: Certificate | undefined
  let failures = 0
  let problem: string | undefined
  let tending: Promise<void> | undefined
  let cancel = () => {}
  const stopping = new AbortController()

  async function load(): Promise<void> {
    const stored = await readJson(certificateFile, storedCertificateSchema)
    if (!stored) return
    try {
      show(readCertificate(stored.chain, stored.key))
    } catch (error) {
      log.warn({ error: messageOf(error) }, "the kept certificate cannot be used; another is asked for")
    }
  }

  function show(certificate: Certificate): void {
    current = certificate
    shelf.put(SOURCE, certificate)
  }

  async function isDue(): Promise<boolean> {
    if (!current) return true
    const { notBefore, notAfter, chain } = current
    const due = renewalTime({
      notBefore,
      notAfter,
      window: await askWindow(chain),
      dice: diceOf(chain),
      renewBeforeMs: config.renewBefore,
    })
    return clock.now() >= due
  }

  async function askWindow(chain: string): Promise<RenewalWindow | undefined> {
    try {
      return await renewalWindow(config.directoryUrl, chain)
    } catch (error) {
      // Only advice; our own time stands.
      log.debug({ error: messageOf(error) }, "the authority was not asked when to renew")
      return undefined
    }
  }

  async function renew(): Promise<void> {
    const account = (await readJson(accountFile, storedAccountSchema)) ?? { key: await makeAccountKey() }
    const isNew = account.url === undefined
    // Before it is used: an account whose key was lost is lost.
    if (isNew) await writeFileAtomically(accountFile, JSON.stringify(account), 0o600)
    const { chain, key, accountUrl } = await order({
      config,
      account: { key: account.key, url: account.url },
      challenges: deps.challenges,
      signal: stopping.signal,
    })
    if (isNew)
      await writeFileAtomically(accountFile, JSON.stringify({ key: account.key, url: accountUrl }), 0o600)
    const certificate = readCertificate(chain, key)
    await writeFileAtomically(certificateFile, JSON.stringify({ chain, key }), 0o600)
    show(certificate)
    log.info(
      { names: certificate.names, until: new Date(certificate.notAfter).toISOString() },
      "there is a new certificate",
    )
  }

  async function tendOnce(): Promise<void> {
    cancel()
    let next = LOOK_EVERY_MS
    try {
      if (await isDue()) await renew()
      failures = 0
      problem = undefined
    } catch (error) {
      // Whoever comes after this gateway orders anew.
      if (stopping.signal.aborted) return
      failures += 1
      problem = messageOf(error)
      next = retryDelay(failures, deps.random())
      const left = current && Math.floor((current.notAfter - clock.now()) / 86_400_000)
      log.error(
        { error: problem, domains: config.domains, retryInSeconds: Math.round(next / 1_000), daysLeft: left },
        current
          ? "the certificate could not be renewed; the old one serves on"
          : "there is no certificate yet",
      )
    }
    if (!stopping.signal.aborted) cancel = clock.after(next, () => void tend())
  }

  function tend(): Promise<void> {
    tending ??= tendOnce().finally(() => {
      tending = undefined
    })
    return tending
  }

  return {
    name: "ACME certificates",
    async start() {
      await mkdir(deps.dir, { recursive: true, mode: 0o700 })
      await load()
      // Not waited for: the authority asks us back, for which everything must be listening.
      void tend()
    },
    async stop() {
      cancel()
      stopping.abort(new Error("the gateway stops"))
      await tending
    },
    tend,
    state: () => ({ source: SOURCE, names: config.domains, notAfter: current?.notAfter, problem }),
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")))
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw new Error(`${path} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16)
}
