// The gateway's own certificate authority, for use where no public one can help: localhost, a home network, and between the
// gateway and instances on other machines. Made on first start; whoever wants browsers to believe it trusts it with one command.
// Its key never leaves the file that only the owner may read. The certificates are the library's work.

import { webcrypto } from "node:crypto"
import { mkdir, readFile } from "node:fs/promises"
import { isIP } from "node:net"
import { join } from "node:path"
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
  X509Certificate,
} from "@peculiar/x509"
import { writeFileAtomically } from "../values/write-file.ts"
import type { Certificate } from "./certificate.ts"
import { readCertificate } from "./certificate.ts"

export interface InternalAuthority {
  /** PEM: what clients and instances trust. */
  readonly certificate: string
  /** Its file. */
  readonly file: string
  /** Milliseconds since 1970. */
  readonly notAfter: number
  /** A new key and certificate, with the authority's own in its chain. */
  issue(wish: LeafWish): Promise<Certificate>
}

export interface LeafWish {
  /** DNS names and addresses; the first is the one people read. */
  readonly names: readonly string[]
  /** For a listener, or for the gateway when it goes to an instance. */
  readonly usage: "server" | "client"
  /** How long it is good. */
  readonly lifetimeMs: number
}

export interface InternalAuthorityDeps {
  /** Where its two files are; made where it is missing. */
  readonly dir: string
  /** What people read in a list of authorities, e.g. `Aviary on host`. */
  readonly name: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const CERTIFICATE_FILE = "authority.pem"
const KEY_FILE = "authority.key"
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const
const DAY_MS = 86_400_000
/** As long as one installation may live; browsers bound the life of certificates, not of authorities that people add. */
const AUTHORITY_LIFE_MS = 3_650 * DAY_MS
/** Clocks of other machines may be behind. */
const BACKDATE_MS = 3_600_000

/**
 * Opens the authority, or makes it where there is none. Fails when its files are there and cannot be used: making another would
 * take away the trust that was given to it.
 */
export async function openInternalAuthority(deps: InternalAuthorityDeps): Promise<InternalAuthority> {
  cryptoProvider.set(webcrypto)
  await mkdir(deps.dir, { recursive: true, mode: 0o700 })
  const file = join(deps.dir, CERTIFICATE_FILE)
  const keyFile = join(deps.dir, KEY_FILE)
  const stored = await readPair(file, keyFile)
  if (!stored) await makeAuthority(deps, { file, keyFile })
  const { certificate, key } = stored ?? (await readPair(file, keyFile)) ?? missing()
  // Whether they belong together.
  readCertificate(certificate, key)
  const authority = new X509Certificate(certificate)
  if (authority.notAfter.getTime() <= deps.now())
    throw new Error(
      `the authority in ${file} has ended; remove its files to make another, and trust that one`,
    )
  const signingKey = await importKey(key)
  return {
    certificate,
    file,
    notAfter: authority.notAfter.getTime(),
    issue: (wish) => issueLeaf(wish, { authority, signingKey, now: deps.now() }),
  }
}

function missing(): never {
  throw new Error("the authority's files are gone")
}

async function readPair(
  file: string,
  keyFile: string,
): Promise<{ certificate: string; key: string } | undefined> {
  const [certificate, key] = await Promise.all([file, keyFile].map((path) => readIfThere(path)))
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined)
    throw new Error(
      `of ${file} and ${keyFile} one is missing; put it back, or remove the other to make both anew`,
    )
  return { certificate, key }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined
    throw error
  }
}

async function makeAuthority(
  deps: InternalAuthorityDeps,
  { file, keyFile }: { file: string; keyFile: string },
): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])
  const now = deps.now()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [deps.name] }, { O: ["Aviary"] }],
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(now + AUTHORITY_LIFE_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      // It signs certificates, and none that could sign others.
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  // The key first: a certificate without its key could never be used.
  await writeFileAtomically(keyFile, await exportKey(keys.privateKey), 0o600)
  await writeFileAtomically(file, `${certificate.toString("pem")}\n`, 0o644)
}

interface Issuer {
  readonly authority: X509Certificate
  readonly signingKey: CryptoKey
  readonly now: number
}

async function issueLeaf(wish: LeafWish, { authority, signingKey, now }: Issuer): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])
  const notAfter = Math.min(now + wish.lifetimeMs, authority.notAfter.getTime())
  const usage = wish.usage === "server" ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth
  const leaf = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [(wish.names[0] ?? "aviary").slice(0, 64)] }],
    issuer: authority.subjectName,
    notBefore: new Date(now - BACKDATE_MS),
    notAfter: new Date(notAfter),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([usage]),
      new SubjectAlternativeNameExtension(
        wish.names.map((name) => ({
          type: isIP(name) === 0 ? ("dns" as const) : ("ip" as const),
          value: name,
        })),
      ),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  })
  const chain = `${leaf.toString("pem")}\n${authority.toString("pem")}\n`
  return readCertificate(chain, await exportKey(keys.privateKey))
}

/** 127 random bits, positive (RFC 5280 4.1.2.2). */
function serialNumber(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString("hex")
}

async function exportKey(key: CryptoKey): Promise<string> {
  return `${PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`
}

async function importKey(pem: string): Promise<CryptoKey> {
  const [key] = PemConverter.decode(pem)
  if (!key) throw new Error("there is no key in the authority's file")
  return webcrypto.subtle.importKey("pkcs8", key, ALGORITHM, false, ["sign"])
}
