import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"
import { readProxyHeader } from "./proxy-protocol.ts"

const SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex")

function version2(command: number, family: number, payload: Buffer): Buffer {
  const head = Buffer.from([0x20 | command, family, payload.length >> 8, payload.length & 0xff])
  return Buffer.concat([SIGNATURE, head, payload])
}

const V4 = Buffer.from([192, 0, 2, 7, 127, 0, 0, 1, 0x30, 0x39, 0, 80])
const V6 = Buffer.concat([
  Buffer.from("20010db8000000000000000000000007", "hex"),
  Buffer.alloc(16),
  Buffer.from([0, 1, 0, 2]),
])

const found: Readonly<Record<string, readonly [Buffer, string | undefined]>> = {
  "version 1, IPv4": [Buffer.from("PROXY TCP4 192.0.2.7 127.0.0.1 12345 80\r\nGET"), "192.0.2.7"],
  "version 1, IPv6": [Buffer.from("PROXY TCP6 2001:db8::7 ::1 12345 80\r\n"), "2001:db8::7"],
  "version 1, unknown": [Buffer.from("PROXY UNKNOWN anything at all\r\n"), undefined],
  "version 2, IPv4": [version2(1, 0x11, V4), "192.0.2.7"],
  "version 2, IPv4 with more behind it": [
    version2(1, 0x11, Buffer.concat([V4, Buffer.alloc(20)])),
    "192.0.2.7",
  ],
  "version 2, IPv6": [version2(1, 0x21, V6), "2001:db8:0:0:0:0:0:7"],
  "version 2, the proxy itself": [version2(0, 0, Buffer.alloc(0)), undefined],
  "version 2, a Unix socket": [version2(1, 0x31, Buffer.alloc(216)), undefined],
}

for (const [name, [bytes, address]] of Object.entries(found)) {
  test(`${name} is read, and each beginning of it asks for more`, () => {
    const header = readProxyHeader(bytes)
    assert.ok(header.kind === "found")
    assert.equal(header.address, address)
    for (let length = 0; length < header.length; length += 1) {
      assert.equal(readProxyHeader(bytes.subarray(0, length)).kind, "more", `${length} bytes`)
    }
  })
}

for (const text of [
  "GET / HTTP/1.1\r\n",
  "PROXY TCP4 192.0.2.7 127.0.0.1 12345\r\n",
  "PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
  "PROXY TCP4 192.0.2.7 127.0.0.1 99999 80\r\n",
  "PROXY TCP9 192.0.2.7 127.0.0.1 1 2\r\n",
  `PROXY TCP4 ${"1".repeat(120)}`,
  Buffer.concat([SIGNATURE, Buffer.from([0x31, 0x11, 0, 12]), V4]),
  version2(1, 0x11, V4.subarray(0, 8)),
  version2(2, 0x11, V4),
]) {
  test(`refused: ${JSON.stringify(text.toString("latin1").slice(0, 40))}`, () => {
    assert.equal(readProxyHeader(Buffer.from(text)).kind, "wrong")
  })
}

test("a trusted proxy says who the client is; anybody else's header is no HTTP", async (t) => {
  const instance = await rawInstance(answering((request) => ok(request)))
  t.after(() => instance.close())
  const proxied = await testGateway(t, {
    ports: [instance.port],
    options: { proxyProtocol: true, trustedProxies: ["127.0.0.1"] },
  })
  const client = await rawClient(proxied.port)
  const header = Buffer.concat([
    version2(1, 0x11, V4),
    Buffer.from("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
  ])
  client.write(header.subarray(0, 20))
  await new Promise((resolve) => setImmediate(resolve))
  client.write(header.subarray(20))
  assert.match(await client.closed(), /\r\nx-forwarded-for: 192\.0\.2\.7\r\n/)
  client.socket.destroy()
  const open = await testGateway(t, { ports: [instance.port], options: { proxyProtocol: true } })
  const liar = await rawClient(open.port)
  liar.write("PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
  assert.match(await liar.closed(), /^HTTP\/1\.1 400 /)
  liar.socket.destroy()
})
