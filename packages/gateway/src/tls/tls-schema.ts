// The fields that say which certificates the gateway shows and how strict it is. Shapes and defaults only.

import { z } from "zod"
import { duration } from "../values/schemas.ts"

/** A name that a certificate is for: `birds.example`, `*.birds.example`; lower case. */
const dnsName = () =>
  z
    .string()
    .max(253)
    .transform((name) => name.toLowerCase())
    .refine(
      (name) => /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{1,63}$/.test(name),
      "must be a domain name",
    )

export const acmeSchema = z.strictObject({
  domains: z
    .array(dnsName().refine((name) => !name.startsWith("*."), "wildcards need a certificate from files"))
    .min(1)
    .max(100),
  /** Where the authority writes to when something is wrong. */
  email: z.email().optional(),
  /** The authority's directory; default Let's Encrypt. */
  directoryUrl: z.url({ protocol: /^https$/ }).default("https://acme-v02.api.letsencrypt.org/directory"),
  /** How it is proved that the names are ours: by an answer on port 80, or in TLS on port 443. */
  challenge: z.enum(["http-01", "tls-alpn-01"]).default("http-01"),
  /** For authorities that know their customers. */
  externalAccount: z.strictObject({ kid: z.string().min(1), hmacKey: z.string().min(1) }).optional(),
  /** A certificate is renewed so long before its end, or after two thirds of a short life, or when the authority says. */
  renewBefore: duration({ min: 3_600_000 }).prefault("30d"),
})

export type AcmeConfig = z.output<typeof acmeSchema>

export const certificateFilesSchema = z.strictObject({
  /** PEM: the certificate and those between it and the root. */
  certificate: z.string().min(1).max(4_096),
  /** PEM: its private key. */
  key: z.string().min(1).max(4_096),
})

export type CertificateFilesConfig = z.output<typeof certificateFilesSchema>

export const tlsSchema = z.strictObject({
  acme: acmeSchema.optional(),
  files: z.array(certificateFilesSchema).max(200).default([]),
  /** The gateway's own authority: for localhost, and for names that nobody else gives a certificate. */
  internal: z.strictObject({ names: z.array(z.string().min(1).max(253)).max(100).default([]) }).optional(),
  minVersion: z.enum(["1.2", "1.3"]).default("1.2"),
  /** `Strict-Transport-Security`, never sent for localhost and addresses. `0` sends none. */
  hsts: z
    .strictObject({
      maxAge: duration({ max: 63_072_000_000 }).prefault("365d"),
      includeSubDomains: z.boolean().default(false),
      preload: z.boolean().default(false),
    })
    .prefault({}),
  /** Certificates of clients: not asked for, asked for, or demanded; checked against the file of authorities. */
  clientAuth: z
    .strictObject({ mode: z.enum(["request", "require"]), authorities: z.string().min(1).max(4_096) })
    .optional(),
})

export type TlsConfig = z.output<typeof tlsSchema>
