// A file of the benchmarks run in a process of its own, which tells what it finds over IPC: so that a reference server has a core
// to itself, and memory is measured where nothing else lies. It never outlives its deadline nor this process.

import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"

export interface OwnProcess<T> {
  readonly child: ChildProcess
  /** The next message of the process. Fails when it ends first, or says nothing until the deadline. */
  message(deadlineMs: number): Promise<T>
  stop(): Promise<void>
}

export function ownProcess<T>(file: URL, input: unknown, nodeOptions: readonly string[] = []): OwnProcess<T> {
  const child = fork(file, [JSON.stringify(input)], {
    execArgv: [...nodeOptions],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  })
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const arrived: T[] = []
  let wake = (): void => {}
  child.on("message", (message) => {
    arrived.push(message as T)
    wake()
  })
  child.once("exit", () => wake())
  return {
    child,
    async message(deadlineMs) {
      const late = Date.now() + deadlineMs
      for (;;) {
        const next = arrived.shift()
        if (next !== undefined) return next
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${file.pathname} has ended without saying anything`)
        if (Date.now() >= late) throw new Error(`${file.pathname} has said nothing for ${deadlineMs} ms`)
        await new Promise<void>((resolve) => {
          wake = resolve
          setTimeout(resolve, late - Date.now()).unref()
        })
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL")
      await ended
    },
  }
}

/** In the process: what it was given. */
export function givenInput<T>(): T {
  return JSON.parse(process.argv[2] ?? "null") as T
}

/** In the process: tells whoever started it; resolves when that has been sent. */
export function tell(message: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) reject(new Error("This file is run by a benchmark, not by itself"))
    else process.send(message, (error: Error | null) => (error ? reject(error) : resolve()))
  })
}
