// Encrypts what is stored and must be read again (secrets of second factors, tokens that push messages carry), so that a copy of
// the database alone gives none of it away. AES-256-GCM; the key is the setting `auth.secretKey`, or a file that this server
// makes for itself. Never for what only has to be compared: that is hashed.

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto"
import { link, mkdir, open, readFile, rm } from "node:fs/promises"
import { join } from "node:path"

export interface Seal {
  /** `purpose` names what it is and whose, e.g. `totp:17`; only the same one opens it. */
  seal(purpose: string, secret: string): Promise<Buffer>
  /** Fails where the bytes are damaged, of another purpose, or sealed with another key. */
  open(purpose: string, sealed: Buffer): Promise<string>
}

export interface SealDeps {
  /** Text of at least 32 characters; empty: the file. */
  readonly secretKey: string
  /** Where the file is, and is made at the first use. */
  readonly dir: string
}

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const KEY_FILE = "seal.key"

export function createSeal(deps: SealDeps): Seal {
  let known: Promise<Buffer> | undefined
  const key = (): Promise<Buffer> => {
    known ??= loadKey(deps).catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }
  return {
    async seal(purpose, secret) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv("aes-256-gcm", await key(), iv).setAAD(Buffer.from(purpose))
      const text = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), iv, cipher.getAuthTag(), text])
    },
    async open(purpose, sealed) {
      if (sealed[0] !== VERSION) throw new Error(`Sealed by a version that is not known: ${sealed[0]}`)
      const tagAt = 1 + IV_BYTES
      const textAt = tagAt + TAG_BYTES
      const decipher = createDecipheriv("aes-256-gcm", await key(), sealed.subarray(1, tagAt), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(purpose))
        .setAuthTag(sealed.subarray(tagAt, textAt))
      return decipher.update(sealed.subarray(textAt), undefined, "utf8") + decipher.final("utf8")
    },
  }
}

async function loadKey({ secretKey, dir }: SealDeps): Promise<Buffer> {
  const material = secretKey === "" ? await keyOfFile(dir) : secretKey
  return Buffer.from(hkdfSync("sha256", material, "", "aviary seal", 32))
}

/** The text of the key file; made, whole, by whichever process is first. */
async function keyOfFile(dir: string): Promise<string> {
  const path = join(dir, KEY_FILE)
  const present = await readFile(path, "utf8").catch(ifMissing)
  if (present !== undefined) return present.trim()
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const draft = join(dir, `${KEY_FILE}.${randomBytes(6).toString("hex")}`)
  const file = await open(draft, "wx", 0o600)
  try {
    await file.writeFile(`${randomBytes(32).toString("base64url")}\n`)
    await file.sync()
    // A link rather than a rename: it never replaces what another process has made.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error
    })
  } finally {
    await file.close()
    await rm(draft, { force: true })
  }
  return (await readFile(path, "utf8")).trim()
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error
}
