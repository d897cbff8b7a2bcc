// Proofs that are being shown to an authority. Those of http-01 are texts under their token, those of tls-alpn-01 are in the
// certificate store. Nothing is shown that was not put here, and nothing longer than its order lasts.

import type { ChallengeShelf } from "./acme-client.ts"
import type { CertificateStore } from "./certificate-store.ts"

export interface Challenges extends ChallengeShelf {
  /** What to answer to `/.well-known/acme-challenge/<token>`, as `text/plain`; undefined for tokens that are none of ours. */
  challengeFor(token: string): string | undefined
}

export function createChallenges(
  store: Pick<CertificateStore, "putChallenge" | "removeChallenge">,
): Challenges {
  const texts = new Map<string, string>()
  return {
    challengeFor: (token) => texts.get(token),
    putText: (token, text) => void texts.set(token, text),
    removeText: (token) => void texts.delete(token),
    putCertificate: (name, certificate) => store.putChallenge(name, certificate),
    removeCertificate: (name) => store.removeChallenge(name),
  }
}
