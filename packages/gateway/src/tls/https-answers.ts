// What HTTPS adds to the proxy's answers: proofs for an authority, the way from HTTP to HTTPS, and the word to come by HTTPS from
// now on.

import type { LocalAnswers } from "../proxy/local-answers.ts"
import type { Tls } from "./tls.ts"

/** The answers before any route: a challenge's proof, else the redirect. */
export function createHttpsAnswers(tls: Pick<Tls, "challengeFor" | "redirectFor">): LocalAnswers {
  return function httpsAnswer(request) {
    const proof = tls.challengeFor(request)
    // Of this authority's question alone, by plain HTTP as it asks.
    if (proof !== undefined) {
      return {
        status: 200,
        headers: ["content-type", "text/plain", "cache-control", "no-store"],
        text: proof,
      }
    }
    const redirect = tls.redirectFor(request)
    return redirect && { status: redirect.status, headers: redirect.headers, text: "" }
  }
}
