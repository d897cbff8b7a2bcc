// One gateway process takes over from another, and one that was killed is followed by the next: whoever connects is answered.

import assert from "node:assert/strict"
import { fork } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { test } from "node:test"
import type { TestContext } from "node:test"
import { answering, ok, rawClient, rawInstance } from "../testing/raw-sockets.ts"
import { createListenerKeeper } from "./listener-keeper.ts"
import type { ListenerKeeper } from "./listener-keeper.ts"

const FILE = new URL("../testing/gateway.process.ts", import.meta.url)

async function startGateway(t: TestContext, keeper: ListenerKeeper, upstream: number) {
  const child = fork(FILE, [String(upstream)], { execArgv: [] })
  t.after(() => child.kill("SIGKILL"))
  keeper.attend(child)
  const { port } = (await word(child, "port")) as { port: number }
  return { child, port }
}

function word(child: ChildProcess, name: string): Promise<object> {
  return new Promise((resolve) => {
    const onMessage = (message: unknown): void => {
      if (typeof message !== "object" || message === null || !(name in message)) return
      child.off("message", onMessage)
      resolve(message)
    }
    child.on("message", onMessage)
  })
}

async function ask(port: number): Promise<string> {
  const client = await rawClient(port)
  client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
  const answer = await client.closed()
  client.socket.destroy()
  return answer
}

test(
  "clients that come all the time lose nothing when the process is replaced",
  { timeout: 30_000 },
  async (t) => {
    const instance = await rawInstance(answering(() => ok("answered")))
    t.after(() => instance.close())
    const keeper = createListenerKeeper()
    t.after(() => keeper.release())
    let current = await startGateway(t, keeper, instance.port)
    const { port } = current
    let asked = 0
    let over = false
    const clients = Array.from({ length: 4 }, async () => {
      while (!over) {
        assert.match(await ask(port), /answered$/)
        asked += 1
      }
    })
    for (let round = 0; round < 3; round += 1) {
      const before = current
      const until = asked + 20
      current = await startGateway(t, keeper, instance.port)
      assert.equal(current.port, port)
      before.child.send("stop")
      await word(before.child, "stopped")
      before.child.kill("SIGKILL")
      while (asked < until) await new Promise((resolve) => setImmediate(resolve))
    }
    over = true
    await Promise.all(clients)
  },
)

test(
  "while a killed gateway has no successor, clients wait instead of being refused",
  { timeout: 30_000 },
  async (t) => {
    const instance = await rawInstance(answering(() => ok("answered")))
    t.after(() => instance.close())
    const keeper = createListenerKeeper()
    t.after(() => keeper.release())
    const { child, port } = await startGateway(t, keeper, instance.port)
    while (keeper.names.length === 0) await new Promise((resolve) => setImmediate(resolve))
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.kill("SIGKILL")
    await ended
    const waiting = [ask(port), ask(port), ask(port)]
    await startGateway(t, keeper, instance.port)
    for (const answer of await Promise.all(waiting)) assert.match(answer, /answered$/)
  },
)
