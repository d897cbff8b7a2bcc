// An instance of the zero-loss benchmark: answers with what it was asked, after a moment, and stops politely when told.

import { createServer } from "node:http"
import { givenInput, tell } from "../lib/own-process.ts"

const { port } = givenInput<{ port: number }>()
const server = createServer((request, response) => {
  request.resume()
  request.on("end", () => {
    const text = `${request.method} ${request.url} from ${process.pid}.`
    const answer = (): void => void response.end(text)
    if (Math.random() < 0.05) setTimeout(answer, Math.random() * 20)
    else answer()
  })
})
server.listen(port, "127.0.0.1", () => void tell("ready"))
process.on("message", (message) => {
  if (message === "stop") server.close(() => void tell("stopped"))
})
process.once("disconnect", () => process.exit())
