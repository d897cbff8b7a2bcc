// Asks an instance how it is: one GET over a connection of its own, so that an instance that takes no more connections does
// not look well.

import type { Deadlined, Deadlines } from "../deadlines.ts"
import type { InstancePool } from "./instance-pool.ts"

export interface Probe {
  readonly pool: InstancePool
  readonly path: string
  readonly timeoutMs: number
  readonly deadlines: Deadlines
}

/** `done(true)` for an answer of 2xx in time. The returned function ends it without an answer. */
export function probeInstance(
  { pool, path, timeoutMs, deadlines }: Probe,
  done: (passed: boolean) => void,
): () => void {
  const connection = pool.take(true)
  // All its connections are busy: whether it is well the requests will show.
  if (!connection) {
    queueMicrotask(() => done(true))
    return () => {}
  }
  let over = false
  const finish = (passed: boolean, tell = true): void => {
    if (over) return
    over = true
    deadlines.remove(deadline)
    connection.destroy()
    if (tell) done(passed)
  }
  const deadline: Deadlined = { deadline: performance.now() + timeoutMs, onDeadline: () => finish(false) }
  deadlines.add(deadline)
  const text = `GET ${path} HTTP/1.1\r\nhost: ${pool.instance.host ?? "localhost"}\r\nuser-agent: aviary-gateway\r\nconnection: close\r\n\r\n`
  connection.send(
    { text, bodiless: false, body: "none" },
    {
      connected() {},
      inform() {},
      head: ({ status }) => finish(status >= 200 && status < 300),
      data() {},
      ended() {},
      failed: () => finish(false),
      drained() {},
      upgraded: (_head, socket) => {
        socket.destroy()
        finish(false)
      },
    },
  )
  return () => finish(false, false)
}
