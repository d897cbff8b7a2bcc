// One order at a certificate authority by ACME (RFC 8555), through the library acme-client: account, proof, certificate. Knows
// nothing of when; that is acme-certificates.ts.

import { createHash } from "node:crypto"
import { messageOf } from "@aviary/kit"
import acme from "acme-client"
import { AuthorityKeyIdentifierExtension, X509Certificate } from "@peculiar/x509"
import { z } from "zod"
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
}

/** A new key for an account. */
export async function makeAccountKey(): Promise<string> {
  return (await acme.crypto.createPrivateEcdsaKey("P-256")).toString()
}

/** Gets a certificate with a new key for all domains. Fails with what the authority says. */
export async function orderCertificate({ config, account, challenges }: AcmeOrderDeps): Promise<Ordered> {
  // The library would try for more than a minute, and then not say why; our own pauses are longer.
  await getJson(config.directoryUrl)
  acme.axios.defaults.timeout = ORDER_STEP_MS
  const client = new acme.Client({
    directoryUrl: config.directoryUrl,
    accountKey: account.key,
    ...(account.url !== undefined && { accountUrl: account.url }),
    ...(config.externalAccount && { externalAccountBinding: config.externalAccount }),
    backoffMin: 1_000,
    backoffMax: 15_000,
  })
  const [first] = config.domains
  const [key, csr] = await acme.crypto.createCsr(
    { commonName: first ?? "", altNames: [...config.domains] },
    await acme.crypto.createPrivateEcdsaKey("P-256"),
  )
  const chain = await client.auto({
    csr,
    ...(config.email !== undefined && { email: config.email }),
    termsOfServiceAgreed: true,
    // The authority looks from outside, where it looks otherwise than from here.
    skipChallengeVerification: true,
    challengePriority: [config.challenge],
    async challengeCreateFn(authorization, challenge, proof) {
      if (challenge.type !== config.challenge)
        throw new Error(`the authority offers no ${config.challenge} for ${authorization.identifier.value}`)
      if (challenge.type === "http-01") return challenges.putText(challenge.token, proof)
      const [challengeKey, certificate] = await acme.crypto.createAlpnCertificate(authorization, proof)
      challenges.putCertificate(authorization.identifier.value, {
        chain: certificate.toString(),
        key: challengeKey.toString(),
      })
    },
    async challengeRemoveFn(authorization, challenge) {
      if (challenge.type === "http-01") challenges.removeText(challenge.token)
      else challenges.removeCertificate(authorization.identifier.value)
    },
  })
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
  get: (url: string) => Promise<unknown> = getJson,
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

async function getJson(url: string): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    throw new Error(`${url} cannot be reached: ${messageOf(cause)}`, { cause: error })
  })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  return answer.json()
}

/** A number in 0 … 1 that is always the same for one certificate. */
export function diceOf(chain: string): number {
  return createHash("sha256").update(chain).digest().readUInt32BE(0) / 2 ** 32
}
