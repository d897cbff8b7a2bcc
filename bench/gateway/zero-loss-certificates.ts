// Certificates of the zero-loss benchmark: an authority of its own, and two files that it writes anew as an ACME client beside a
// gateway would. The gateway finds out by itself.

import { renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { connect } from "node:tls"
import { createTls, tlsSchema } from "@aviary/gateway"
import { createLog, systemClock } from "@aviary/kit"

const DAY_MS = 86_400_000
/** The gateway looks at its files every five seconds. */
const SHOWN_MS = 30_000
const LOOK_EVERY_MS = 200

export interface Renewals {
  /** PEM. */
  readonly ca: string
  readonly files: { readonly certificate: string; readonly key: string }
  /** Writes a new certificate, and waits until new connections to `port` are shown it. */
  renew(port: number): Promise<void>
}

export async function createRenewals(dir: string): Promise<Renewals> {
  const tls = await createTls({
    config: tlsSchema.parse({ internal: {} }),
    stateDir: dir,
    publicPort: () => 0,
    clock: systemClock,
    log: createLog({ level: "silent" }),
  })
  const authority = tls.authority() ?? missing()
  const files = { certificate: join(dir, "certificate.pem"), key: join(dir, "key.pem") }

  async function write(): Promise<void> {
    const names = ["localhost", "127.0.0.1"]
    const { chain, key } = await authority.issue({ names, usage: "server", lifetimeMs: 30 * DAY_MS })
    replace(files.certificate, chain)
    replace(files.key, key)
  }

  await write()
  return {
    ca: authority.certificate,
    files,
    async renew(port) {
      const at = { port, ca: authority.certificate }
      const before = await shown(at)
      await write()
      const until = performance.now() + SHOWN_MS
      while ((await shown(at)) === before) {
        if (performance.now() > until) throw new Error(`the new certificate was not shown for ${SHOWN_MS} ms`)
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
      }
    },
  }
}

function missing(): never {
  throw new Error("there is no authority")
}

function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

/** The fingerprint of what a new connection is shown. */
function shown({ port, ca }: { port: number; ca: string }): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, ca, host: "127.0.0.1", servername: "localhost" }, () => {
      resolve(socket.getPeerCertificate().fingerprint256)
      socket.destroy()
    })
    socket.on("error", reject)
  })
}
