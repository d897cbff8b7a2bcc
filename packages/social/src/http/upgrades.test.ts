import assert from "node:assert/strict"
import { connect } from "node:net"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary } from "@aviary/testkit"

let aviary: TestAviary
before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

/** The status line of the answer to a GET with these further lines. */
function statusOf(path: string, ...lines: string[]): Promise<string> {
  const { hostname, port } = new URL(aviary.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    socket.on("error", reject)
    socket.once("data", (answer: Buffer) => {
      socket.destroy()
      resolve(answer.toString("latin1").split("\r\n")[0] ?? "")
    })
    socket.write([`GET ${path} HTTP/1.1`, "Host: birds.test", ...lines, "", ""].join("\r\n"))
  })
}

test("an upgrade to anything but WebSocket is as if it had not been asked for (RFC 9110 7.8)", async () => {
  for (const protocol of ["h2c", "TLS/1.0", "websocket2"]) {
    const answer = await statusOf("/health/live", "Connection: Upgrade", `Upgrade: ${protocol}`)
    assert.equal(answer, "HTTP/1.1 200 OK", protocol)
  }
  const socket = await statusOf("/health/live", "Connection: Upgrade", "Upgrade: WebSocket")
  assert.doesNotMatch(socket, / 200 /, "a WebSocket is offered elsewhere only")
})
