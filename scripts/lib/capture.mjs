// Runs a command with its output kept, for showing it only when it is wanted. A signal to this process reaches the
// command; in a terminal Ctrl-C does so by itself.

import { spawn } from "node:child_process"

/** Resolves, never rejects: `code` is the exit code (127 when it cannot be started), `output` both streams in order. */
export function capture(command, args, options = {}) {
  return new Promise((resolve) => {
    const chunks = []
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
    const end = (signal) => {
      child.kill(signal)
      child.once("close", () => process.exit(signal === "SIGINT" ? 130 : 143))
    }
    process.once("SIGINT", end).once("SIGTERM", end)
    const finish = (code) => {
      process.off("SIGINT", end).off("SIGTERM", end)
      resolve({ code, output: Buffer.concat(chunks).toString("utf8") })
    }
    child.stdout.on("data", (chunk) => chunks.push(chunk))
    child.stderr.on("data", (chunk) => chunks.push(chunk))
    child.on("error", (error) => {
      chunks.push(Buffer.from(error.message))
      finish(127)
    })
    child.on("close", (code) => finish(code ?? 1))
  })
}
