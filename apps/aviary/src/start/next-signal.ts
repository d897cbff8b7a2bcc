// Waits for the signal that ends the process.

/** npm passes on the Ctrl-C that the terminal has sent to everybody already. */
const SAME_MS = 100

/** The first SIGINT, SIGTERM or SIGHUP. Those that come at once are one; from the third on, patience is over. */
export function nextSignal(): Promise<NodeJS.Signals> {
  let seen = 0
  let lastAt = Number.NEGATIVE_INFINITY
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        const now = performance.now()
        if (now - lastAt > SAME_MS) seen += 1
        lastAt = now
        resolve(signal)
        if (seen >= 3) process.exit(1)
      })
    }
  })
}
