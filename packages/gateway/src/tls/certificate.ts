// A certificate with its key, checked to belong together, and the names it is for. Parsing is the library's.

import { createPrivateKey, X509Certificate } from "node:crypto"
import { SubjectAlternativeNameExtension, X509Certificate as ParsedCertificate } from "@peculiar/x509"

export interface Certificate {
  /** PEM: the certificate, then those between it and the root. */
  readonly chain: string
  /** PEM. */
  readonly key: string
  /** DNS names, lower case, wildcards included. */
  readonly names: readonly string[]
  readonly addresses: readonly string[]
  /** Milliseconds since 1970. */
  readonly notBefore: number
  readonly notAfter: number
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/** Fails with a sentence for the operator when it cannot be used, whatever its dates. */
export function readCertificate(chain: string, key: string): Certificate {
  const [leaf] = chain.match(PEM_CERTIFICATE) ?? []
  if (leaf === undefined) throw new Error("there is no certificate in it")
  const certificate = new X509Certificate(leaf)
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error("the key is not the certificate's")
  const parsed = new ParsedCertificate(leaf)
  const names = parsed.getExtension(SubjectAlternativeNameExtension)?.names.toJSON() ?? []
  return {
    chain,
    key,
    names: names.filter(({ type }) => type === "dns").map(({ value }) => value.toLowerCase()),
    addresses: names.filter(({ type }) => type === "ip").map(({ value }) => value),
    notBefore: parsed.notBefore.getTime(),
    notAfter: parsed.notAfter.getTime(),
  }
}
