// The steps of one order (RFC 8555 7.4): proofs for its names, the request for the certificate, the certificate. Ends within
// the turn in which it is given up, and leaves no proof behind; the library's own way through an order cannot be ended.

import { setTimeout as pause } from "node:timers/promises"
import acme from "acme-client"
import type { ChallengeShelf } from "./acme-client.ts"
import type { AcmeConfig } from "./tls-schema.ts"

export interface OrderSteps {
  readonly config: AcmeConfig
  readonly challenges: ChallengeShelf
  readonly csr: Buffer
  readonly signal: AbortSignal
}

type Authorization = Awaited<ReturnType<acme.Client["getAuthorizations"]>>[number]
type Order = Awaited<ReturnType<acme.Client["createOrder"]>>

/** The certificate with those between it and the root (PEM). Fails with what the authority says, or the signal's reason. */
export async function followOrder(client: acme.Client, steps: OrderSteps): Promise<string> {
  const { config, csr, signal } = steps
  const order = await client.createOrder({
    identifiers: config.domains.map((value) => ({ type: "dns", value })),
  })
  const authorizations = await client.getAuthorizations(order)
  // All at once, and none goes on behind one that has failed.
  const proofs = await Promise.allSettled(authorizations.map((one) => prove(client, one, steps)))
  for (const proof of proofs) if (proof.status === "rejected") throw proof.reason
  const ready: Order = await client.finalizeOrder(order, csr)
  const valid = await until(signal, async () => {
    const now = ready.status === "valid" ? ready : await client.getOrder(ready)
    if (now.status === "invalid") throw new Error(`the authority made no certificate: ${problemOf(now)}`)
    return now.status === "valid" ? now : undefined
  })
  return client.getCertificate(valid)
}

async function prove(client: acme.Client, authorization: Authorization, steps: OrderSteps): Promise<void> {
  if (authorization.status === "valid") return
  const { config, challenges, signal } = steps
  const name = authorization.identifier.value
  const challenge = authorization.challenges.find(({ type }) => type === config.challenge)
  if (!challenge) throw new Error(`the authority offers no ${config.challenge} for ${name}`)
  const proof = await client.getChallengeKeyAuthorization(challenge)
  try {
    if (challenge.type === "http-01") challenges.putText(challenge.token, proof)
    else {
      const [key, certificate] = await acme.crypto.createAlpnCertificate(authorization, proof)
      challenges.putCertificate(name, { chain: certificate.toString(), key: key.toString() })
    }
    // The authority looks from outside, where it looks otherwise than from here: nothing is tried beforehand.
    await client.completeChallenge(challenge)
    await until(signal, async () => {
      const [now] = (await client.getAuthorizations({ authorizations: [authorization.url] } as Order)) ?? []
      const { status } = now ?? {}
      if (status === "valid") return true
      if (status === "pending") return undefined
      const shown = now?.challenges.find(({ type }) => type === config.challenge)
      throw new Error(`the authority does not believe that ${name} is ours: ${problemOf(shown)}`)
    })
  } finally {
    if (challenge.type === "http-01") challenges.removeText(challenge.token)
    else challenges.removeCertificate(name)
  }
}

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 15_000
/** Some two minutes. */
const LOOKS = 12

/** Looks with growing pauses until there is an answer. */
async function until<T>(signal: AbortSignal, look: () => Promise<T | undefined>): Promise<T> {
  for (let n = 0; n < LOOKS; n += 1) {
    signal.throwIfAborted()
    const found = await look()
    if (found !== undefined) return found
    await pause(Math.min(FIRST_PAUSE_MS * 2 ** n, LONGEST_PAUSE_MS), undefined, { signal })
  }
  throw new Error("the authority has not decided within two minutes")
}

/** The problem document of an order or a challenge (RFC 7807). */
function problemOf(of: object | undefined): string {
  const error = of && "error" in of ? of.error : undefined
  const detail = error && typeof error === "object" && "detail" in error ? error.detail : undefined
  return typeof detail === "string" ? detail : "it says no more"
}
