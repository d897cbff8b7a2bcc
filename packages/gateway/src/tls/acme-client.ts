// One order at a certificate authority by ACME (RFC 8555), through the library acme-client: account, proof, certificate. Knows
// nothing of when; that is acme-certificates.ts.

import { createHash } from "node:crypto"
import { messageOf } from "@aviary/kit"
import acme from "acme-client"
import { AuthorityKeyIdentifierExtension, X509Certificate } from "@peculiar/x509"
import { z } from "zod"
import { followOrder } from "./acme-order.ts"
import type { RenewalWindow } from "./renewal.ts"
import type { AcmeConfig } from "./tls-schema.ts"

export interface AcmeAccount {
  /** PEM. */
  readonly key: string
  /** Undefined before the account is made. */
  readonly url: string | undefined
}

/** Shows the proof where the authority looks for it, and takes it away. */
export interface ChallengeShelf {
  /** http-01: `text` at `/.well-known/acme-challenge/<token>`. */
  putText(token: string, text: string): void
  removeText(token: string): void
  /** tls-alpn-01: a certificate for `acme-tls/1` under a name. */
  putCertificate(name: string, certificate: { readonly chain: string; readonly key: string }): void
  removeCertificate(name: string): void
}

export interface Ordered {
  /** PEM. */
  readonly chain: string
  readonly key: string
  readonly accountUrl: string
}

export interface AcmeOrderDeps {
  readonly config: AcmeConfig
  readonly account: AcmeAccount
  readonly challenges: ChallengeShelf
  /** Ends the order, wherever it is. */
  readonly signal: AbortSignal
}

/** A new key for an account. */
export async function makeAccountKey(): Promise<string> {
  return (await acme.crypto.createPrivateEcdsaKey("P-256")).toString()
}

/** Gets a certificate with a new key for all domains. Fails with what the authority says, or when `signal` ends it. */
export async function orderCertificate({
  config,
  account,
  challenges,
  signal,
}: AcmeOrderDeps): Promise<Ordered> {
  // Says more of an authority that cannot be reached than the library does.
  await getJson(config.directoryUrl, signal)
  Object.assign(acme.axios.defaults, {
    timeout: ORDER_STEP_MS,
    signal,
    // It would pause for minutes within a step, and nobody could end that; the pauses between orders are ours.
    acmeSettings: { retryMaxAttempts: 0, retryDefaultDelay: 0 },
  })
  const client = new acme.Client({
    directoryUrl: config.directoryUrl,
    accountKey: account.key,
    ...(account.url !== undefined && { accountUrl: account.url }),
    ...(config.externalAccount && { externalAccountBinding: config.externalAccount }),
  })
  const [first] = config.domains
  const [key, csr] = await acme.crypto.createCsr(
    { commonName: first ?? "", altNames: [...config.domains] },
    await acme.crypto.createPrivateEcdsaKey("P-256"),
  )
  if (account.url === undefined) {
    await client.createAccount({
      termsOfServiceAgreed: true,
      ...(config.email !== undefined && { contact: [`mailto:${config.email}`] }),
    })
  }
  const chain = await followOrder(client, { config, challenges, csr, signal })
  return { chain, key: key.toString(), accountUrl: client.getAccountUrl() }
}

const TIMEOUT_MS = 10_000
/** One request of an order. */
const ORDER_STEP_MS = 30_000

const directorySchema = z.object({ renewalInfo: z.url({ protocol: /^https$/ }).optional() })
const renewalInfoSchema = z.object({
  suggestedWindow: z.object({
    start: z.iso.datetime({ offset: true }),
    end: z.iso.datetime({ offset: true }),
  }),
})

/** When the authority wants a certificate renewed (RFC 9773 4.1); undefined where it says nothing. `get` default `fetch`. */
export async function fetchRenewalWindow(
  directoryUrl: string,
  chain: string,
  get: (url: string) => Promise<unknown> = (url) => getJson(url),
): Promise<RenewalWindow | undefined> {
  const { renewalInfo } = directorySchema.parse(await get(directoryUrl))
  const id = certificateId(chain)
  if (renewalInfo === undefined || id === undefined) return undefined
  const { suggestedWindow } = renewalInfoSchema.parse(await get(`${renewalInfo}/${id}`))
  return { start: Date.parse(suggestedWindow.start), end: Date.parse(suggestedWindow.end) }
}

function certificateId(chain: string): string | undefined {
  const certificate = new X509Certificate(chain)
  const keyId = certificate.getExtension(AuthorityKeyIdentifierExtension)?.keyId
  return keyId === undefined ? undefined : renewalId(keyId, certificate.serialNumber)
}

/** The name of a certificate at its authority (RFC 9773 4.1): its authority's key and its own number, both hexadecimal. */
export function renewalId(keyId: string, serialNumber: string): string {
  const padded = serialNumber.length % 2 === 1 ? `0${serialNumber}` : serialNumber
  // As DER writes it: a leading zero where the first bit would make it negative.
  const der = Number.parseInt(padded.slice(0, 2), 16) >= 0x80 ? `00${padded}` : padded
  return `${Buffer.from(keyId, "hex").toString("base64url")}.${Buffer.from(der, "hex").toString("base64url")}`
}

async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  const answer = await fetch(url, { signal: signal ? AbortSignal.any([late, signal]) : late }).catch(
    (error: unknown) => {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
      throw new Error(`${url} cannot be reached: ${messageOf(cause)}`, { cause: error })
    },
  )
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.json()
}

/** A number in 0 … 1 that is always the same for one certificate. */
export function diceOf(chain: string): number {
  return createHash("sha256").update(chain).digest().readUInt32BE(0) / 2 ** 32
}
