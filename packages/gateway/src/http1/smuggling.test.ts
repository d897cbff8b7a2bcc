// Messages that two readers could take for different requests: each is refused with 400 (or 501, 505), its connection is
// closed, and nothing of it reaches an instance.

import assert from "node:assert/strict"
import { test } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { testGateway } from "../testing/test-gateway.ts"

const HOST = "Host: birds.example\r\n"
const SECOND = `GET /smuggled HTTP/1.1\r\n${HOST}\r\n`

const refused: Readonly<Record<string, readonly [request: string, status: number]>> = {
  "CL.TE": [
    `POST / HTTP/1.1\r\n${HOST}Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG`,
    400,
  ],
  "TE.CL": [
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n8\r\nSMUGGLED\r\n0\r\n\r\n`,
    400,
  ],
  "two lengths": [`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`, 400],
  "two equal lengths": [`POST / HTTP/1.1\r\n${HOST}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello`, 400],
  "a list of lengths": [`POST / HTTP/1.1\r\n${HOST}Content-Length: 5, 5\r\n\r\nhello`, 400],
  "a signed length": [`POST / HTTP/1.1\r\n${HOST}Content-Length: +5\r\n\r\nhello`, 400],
  "a hexadecimal length": [`POST / HTTP/1.1\r\n${HOST}Content-Length: 0x5\r\n\r\nhello`, 400],
  "an empty length": [`POST / HTTP/1.1\r\n${HOST}Content-Length:\r\n\r\n`, 400],
  "a length beyond numbers": [`POST / HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999\r\n\r\n`, 400],
  "two codings": [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
  "chunked twice": [
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  "an obscured coding": [`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 501],
  "a coding behind a vertical tab": [
    `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  "a coding in HTTP/1.0": [`POST / HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  "a space before the colon": [`POST / HTTP/1.1\r\n${HOST}Content-Length : 5\r\n\r\nhello`, 400],
  "a folded line": [`GET / HTTP/1.1\r\n${HOST}X-A: b\r\n c: d\r\n\r\n`, 400],
  "a folded first line": [`GET / HTTP/1.1\r\n X-A: b\r\n${HOST}\r\n`, 400],
  "a bare LF": [`GET / HTTP/1.1\n${HOST}\r\n`, 400],
  "a bare LF between fields": [`GET / HTTP/1.1\r\n${HOST}X-A: b\nX-B: c\r\n\r\n`, 400],
  "bare LFs only": ["GET / HTTP/1.1\nHost: birds.example\n\n", 400],
  "a bare CR": [`GET / HTTP/1.1\r\n${HOST}X-A: b\rX-B: c\r\n\r\n`, 400],
  "a NUL": [`GET / HTTP/1.1\r\n${HOST}X-A: b\0c\r\n\r\n`, 400],
  "a line without a colon": [`GET / HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`, 400],
  "an empty name": [`GET / HTTP/1.1\r\n${HOST}: x\r\n\r\n`, 400],
  "a name that is no token": [`GET / HTTP/1.1\r\n${HOST}X(A): b\r\n\r\n`, 400],
  "no Host": ["GET / HTTP/1.1\r\n\r\n", 400],
  "two Hosts": [`GET / HTTP/1.1\r\n${HOST}${HOST}\r\n`, 400],
  "a Host with a path": ["GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400],
  "a Host with userinfo": ["GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400],
  "two hosts in target and Host": [`GET http://other.example/ HTTP/1.1\r\n${HOST}\r\n`, 400],
  "a fragment": [`GET /a#b HTTP/1.1\r\n${HOST}\r\n`, 400],
  "a target without a slash": [`GET admin HTTP/1.1\r\n${HOST}\r\n`, 400],
  "bytes beyond ASCII in the target": [`GET /\xe9 HTTP/1.1\r\n${HOST}\r\n`, 400],
  "two spaces": [`GET  / HTTP/1.1\r\n${HOST}\r\n`, 400],
  "a tab in the request line": [`GET\t/ HTTP/1.1\r\n${HOST}\r\n`, 400],
  "HTTP/0.9": ["GET /\r\n\r\n", 400],
  "HTTP/1.2": [`GET / HTTP/1.2\r\n${HOST}\r\n`, 505],
  "HTTP/2 unasked": ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
  CONNECT: [`CONNECT a.example:443 HTTP/1.1\r\n${HOST}\r\n`, 501],
  TLS: ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400],
}

for (const [name, [request, status]] of Object.entries(refused)) {
  test(`${name}: ${status}, and nothing goes on`, async (t) => {
    const instance = await rawInstance(answering(() => ok("hello")))
    t.after(() => instance.close())
    const gateway = await testGateway(t, { ports: [instance.port] })
    const client = await rawClient(gateway.port)
    client.write(Buffer.from(request + SECOND, "latin1"))
    const answer = await client.closed()
    client.socket.destroy()
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `))
    assert.match(answer, /"code":"(input\.malformed|gateway\.not_spoken)"/)
    assert.equal(answer.split("HTTP/1.1 ").length, 2, "one answer only")
    await gateway.settled()
    assert.equal(instance.connections.length, 0)
    assert.deepEqual(gateway.outcomes(), { malformed: 1 })
  })
}

const brokenBodies: Readonly<Record<string, string>> = {
  "a size that is no number": "zz\r\nhello\r\n0\r\n\r\n",
  "a negative size": "-5\r\nhello\r\n0\r\n\r\n",
  "a size with a prefix": "0x5\r\nhello\r\n0\r\n\r\n",
  "a size with a space": "5 \r\nhello\r\n0\r\n\r\n",
  "a size of nine digits": "000000005\r\nhello\r\n0\r\n\r\n",
  "a size that ends in a bare LF": "5\nhello\r\n0\r\n\r\n",
  "an extension with a bare LF": "5;a\nb\r\nhello\r\n0\r\n\r\n",
  "an endless extension": `5;${"a".repeat(300)}\r\nhello\r\n0\r\n\r\n`,
  "data longer than its size": "5\r\nhello!\r\n0\r\n\r\n",
  "data shorter than its size": "6\r\nhello\r\n0\r\n\r\n",
  "a trailer that is no field": "5\r\nhello\r\n0\r\nnonsense\r\n\r\n",
}

for (const [name, body] of Object.entries(brokenBodies)) {
  test(`chunked body with ${name}: 400, and the request behind it is not read`, async (t) => {
    const instance = await rawInstance()
    t.after(() => instance.close())
    const gateway = await testGateway(t, { ports: [instance.port] })
    const client = await rawClient(gateway.port)
    client.write(`POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}${SECOND}`)
    assert.match(await client.closed(), /^HTTP\/1\.1 400 /)
    client.socket.destroy()
    await gateway.settled()
    for (const connection of instance.connections) {
      assert.doesNotMatch(await connection.closed(), /smuggled/)
    }
    assert.deepEqual(gateway.outcomes(), { malformed: 1 })
  })
}
