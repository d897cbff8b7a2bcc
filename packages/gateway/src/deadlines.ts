// Many deadlines under one timer. A timer for each request and connection would cost more than the request; who has a
// deadline joins a list that is looked through a few times a second, so a deadline is kept to within one tick. Each knows its
// place in the list: a Set that is filled and emptied at the rate of requests is made anew all the time, and each old table
// keeps the next one from being collected early.

export interface Deadlined {
  /** On the clock of `performance.now()`, milliseconds; Infinity for none. */
  deadline: number
  /** Where it stands in the list; the list's alone. */
  place?: number
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
  const items: Deadlined[] = []
  let timer: NodeJS.Timeout | undefined

  function tick(): void {
    if (items.length === 0) {
      clearInterval(timer)
      timer = undefined
      return
    }
    const now = performance.now()
    // From behind: whoever leaves meanwhile has its place taken by one that was looked at.
    for (let at = items.length - 1; at >= 0; at -= 1) {
      const item = items[at]
      if (item === undefined || item.deadline > now) continue
      item.deadline = Number.POSITIVE_INFINITY
      item.onDeadline()
    }
  }

  /** Its place, where it has one in this list. */
  function placeOf(item: Deadlined): number | undefined {
    const { place = -1 } = item
    return items[place] === item ? place : undefined
  }

  return {
    add(item) {
      if (placeOf(item) !== undefined) return
      item.place = items.length
      items.push(item)
      timer ??= setInterval(tick, tickMs).unref()
    },
    remove(item) {
      const place = placeOf(item)
      if (place === undefined) return
      const last = items.pop()
      if (last !== undefined && last !== item) {
        items[place] = last
        last.place = place
      }
      item.place = -1
    },
    stop() {
      items.length = 0
      clearInterval(timer)
      timer = undefined
    },
  }
}
