// A bare node:http server that repeats one answer; see bare-server.ts. It says its port, and ends when whoever started it does.

import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { BareAnswer } from "./bare-server.ts"
import { givenInput, tell } from "./own-process.ts"

const { headers, body, as } = givenInput<BareAnswer>()
const bytes = Buffer.from(body)
// The bytes of UTF-8 as the characters of latin1.
const text = bytes.toString("latin1")
const head = [...headers, "content-length", String(bytes.length)]

const server = createServer((_request, response) => {
  response.writeHead(200, head)
  if (as === "text") response.end(text, "latin1")
  else response.end(bytes)
})
server.listen(0, "127.0.0.1", () => {
  tell({ port: (server.address() as AddressInfo).port }).catch(() => process.exit(1))
})
process.once("disconnect", () => process.exit())
