// Many deadlines under one timer. A timer for each request and connection would cost more than the request; who has a
// deadline joins a set that is looked through a few times a second, so a deadline is kept to within one tick.

export interface Deadlined {
  /** On the clock of `performance.now()`, milliseconds; Infinity for none. */
  deadline: number
  /** Called once for each deadline that passes; sets a new one or leaves. */
  onDeadline(): void
}

export interface Deadlines {
  add(item: Deadlined): void
  remove(item: Deadlined): void
  /** Drops all of them. */
  stop(): void
}

/** `tickMs`: how late a deadline may be noticed. The timer runs only while somebody waits, and keeps no process alive. */
export function createDeadlines(tickMs: number): Deadlines {
  const items = new Set<Deadlined>()
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    if (items.size === 0) {
      clearInterval(timer)
      timer = undefined
      return
    }
    const now = performance.now()
    for (const item of items) {
      if (item.deadline > now) continue
      item.deadline = Number.POSITIVE_INFINITY
      item.onDeadline()
    }
  }

  return {
    add(item) {
      items.add(item)
      timer ??= setInterval(tick, tickMs).unref()
    },
    remove(item) {
      items.delete(item)
    },
    stop() {
      items.clear()
      clearInterval(timer)
      timer = undefined
    },
  }
}
