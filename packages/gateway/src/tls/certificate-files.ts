// A certificate from two files, looked at again and again: who renews them need not tell anybody. Files that cannot be used, or
// that do not belong together because only one was written yet, change nothing.

import { readFile, stat } from "node:fs/promises"
import type { Clock, Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import { readCertificate } from "./certificate.ts"
import type { Certificate } from "./certificate.ts"
import type { CertificateShelf, CertificateSource } from "./certificate-source.ts"
import type { CertificateFilesConfig } from "./tls-schema.ts"

export interface CertificateFilesDeps {
  readonly files: CertificateFilesConfig
  readonly shelf: CertificateShelf
  readonly clock: Clock
  readonly log: Log
}

export interface CertificateFiles extends CertificateSource {
  /** Looks at the files now; by itself every few seconds. Resolves to whether another certificate is shown. */
  look(): Promise<boolean>
}

const LOOK_EVERY_MS = 5_000

/** Fails at start when the files cannot be used: there is nothing to go on with. */
export function createCertificateFiles({ files, shelf, clock, log }: CertificateFilesDeps): CertificateFiles {
  const source = `file ${files.certificate}`
  let current: Certificate | undefined
  let seen = ""
  let problem: string | undefined
  let cancel = () => {}
  let isStopped = false

  async function read(): Promise<boolean> {
    const mark = await markOf(files)
    if (mark === seen) return false
    const [chain, key] = await Promise.all([readFile(files.certificate, "utf8"), readFile(files.key, "utf8")])
    const certificate = readCertificate(chain, key)
    if (certificate.notAfter <= clock.now())
      throw new Error(`it ended on ${new Date(certificate.notAfter).toISOString()}`)
    // Only now: what could not be used is looked at again.
    seen = mark
    if (current?.chain === chain && current.key === key) return false
    current = certificate
    shelf.put(source, certificate)
    return true
  }

  async function look(): Promise<boolean> {
    try {
      const isNew = await read()
      if (isNew) log.info({ file: files.certificate }, "the certificate's files have changed and are used")
      problem = undefined
      return isNew
    } catch (error) {
      const found = messageOf(error)
      // Once, not every few seconds.
      if (found !== problem)
        log.error(
          { file: files.certificate, error: found },
          "the certificate's files cannot be used; the old one serves on",
        )
      problem = found
      return false
    }
  }

  function lookLater(): void {
    cancel = clock.after(LOOK_EVERY_MS, () => {
      void look().then(() => isStopped || lookLater())
    })
  }

  return {
    name: source,
    async start() {
      try {
        await read()
      } catch (error) {
        throw new Error(
          `The certificate ${files.certificate} with the key ${files.key} cannot be used: ${messageOf(error)}`,
          {
            cause: error,
          },
        )
      }
      lookLater()
    },
    async stop() {
      isStopped = true
      cancel()
    },
    look,
    state: () => ({ source, names: current?.names ?? [], notAfter: current?.notAfter, problem }),
  }
}

/** Changes whenever one of the files does. */
async function markOf({ certificate, key }: CertificateFilesConfig): Promise<string> {
  const found = await Promise.all([stat(certificate, { bigint: true }), stat(key, { bigint: true })])
  return found.map(({ mtimeNs, size, ino }) => `${mtimeNs}-${size}-${ino}`).join(" ")
}
