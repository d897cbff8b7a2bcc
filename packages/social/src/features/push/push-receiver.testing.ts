// A push service and a browser in one, for tests: takes what is posted, checks whose it says it is, and decrypts it as RFC 8291
// (and the draft before it) tell a browser to.

import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as pause } from "node:timers/promises"

export interface Received {
  readonly headers: IncomingHttpHeaders
  /** What was decrypted. */
  readonly message: Record<string, unknown>
}

export interface PushReceiver {
  readonly endpoint: string
  /** As an app sends them when it subscribes. */
  readonly keys: { readonly p256dh: string; readonly auth: string }
  /** All that came, and was understood. */
  readonly received: readonly Received[]
  /** Connections that were made, whatever came by them. */
  readonly connections: () => number
  /** Requests that came, whatever was answered. */
  readonly requests: () => number
  /** What is answered from now on; 201 at first. */
  answer(status: number, headers?: Record<string, string>): void
  /** Resolves when so many messages have come in all. */
  count(messages: number): Promise<readonly Received[]>
  close(): Promise<void>
}

const WAIT_MS = 10_000

export async function startPushReceiver(): Promise<PushReceiver> {
  const browser = createECDH("prime256v1")
  const publicKey = browser.generateKeys()
  const auth = randomBytes(16)
  const received: Received[] = []
  let answering = { status: 201, headers: {} as Record<string, string> }
  let requests = 0
  let connections = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      requests += 1
      if (answering.status === 201) {
        const text = decrypt(Buffer.concat(chunks), request.headers, { browser, publicKey, auth })
        received.push({ headers: request.headers, message: JSON.parse(text) as Record<string, unknown> })
      }
      response.writeHead(answering.status, answering.headers).end()
    })
  })
  server.on("connection", () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}/push/abc`,
    keys: { p256dh: publicKey.toString("base64url"), auth: auth.toString("base64url") },
    received,
    connections: () => connections,
    requests: () => requests,
    answer(status, headers = {}) {
      answering = { status, headers }
    },
    async count(messages) {
      for (let waited = 0; received.length < messages; waited += 20) {
        if (waited > WAIT_MS) throw new Error(`${received.length} of ${messages} messages came`)
        await pause(20)
      }
      return received
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface Browser {
  readonly browser: ReturnType<typeof createECDH>
  readonly publicKey: Buffer
  readonly auth: Buffer
}

function decrypt(body: Buffer, headers: IncomingHttpHeaders, keys: Browser): string {
  return headers["content-encoding"] === "aes128gcm" ? decryptStandard(body, keys) : decryptDraft(body, headers, keys)
} // prettier-ignore

/** RFC 8188 and RFC 8291: one record. */
function decryptStandard(body: Buffer, { browser, publicKey, auth }: Browser): string {
  const salt = body.subarray(0, 16)
  const keyLength = body[20] ?? 0
  const server = body.subarray(21, 21 + keyLength)
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), publicKey, server])
  const material = Buffer.from(hkdfSync("sha256", browser.computeSecret(server), auth, info, 32))
  const key = hkdfSync("sha256", material, salt, "Content-Encoding: aes128gcm\0", 16)
  const nonce = hkdfSync("sha256", material, salt, "Content-Encoding: nonce\0", 12)
  const plain = open(body.subarray(21 + keyLength), Buffer.from(key), Buffer.from(nonce))
  // The delimiter, and padding after it.
  return plain.subarray(0, plain.lastIndexOf(2)).toString()
}

/** draft-ietf-webpush-encryption-04. */
function decryptDraft(body: Buffer, headers: IncomingHttpHeaders, { browser, publicKey, auth }: Browser) {
  const parameter = (text: unknown, name: string): Buffer => {
    const [, value = ""] = new RegExp(`(?:^|[;,])\\s*${name}=([\\w-]+)`).exec(String(text)) ?? []
    return Buffer.from(value, "base64url")
  }
  const salt = parameter(headers.encryption, "salt")
  const server = parameter(headers["crypto-key"], "dh")
  const material = Buffer.from(
    hkdfSync("sha256", browser.computeSecret(server), auth, "Content-Encoding: auth\0", 32),
  )
  const length = (key: Buffer): Buffer => Buffer.from([key.length >> 8, key.length & 255])
  const context = Buffer.concat([
    Buffer.from("P-256\0"),
    length(publicKey),
    publicKey,
    length(server),
    server,
  ])
  const derive = (label: string, bytes: number): Buffer =>
    Buffer.from(
      hkdfSync(
        "sha256",
        material,
        salt,
        Buffer.concat([Buffer.from(`Content-Encoding: ${label}\0`), context]),
        bytes,
      ),
    )
  const plain = open(body, derive("aesgcm", 16), derive("nonce", 12))
  return plain.subarray(2 + plain.readUInt16BE(0)).toString()
}

function open(body: Buffer, key: Buffer, nonce: Buffer): Buffer {
  const decipher = createDecipheriv("aes-128-gcm", key, nonce).setAuthTag(body.subarray(-16))
  return Buffer.concat([decipher.update(body.subarray(0, -16)), decipher.final()])
}
