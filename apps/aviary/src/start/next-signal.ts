// Waits for the signal that ends the process.

/** The first SIGINT, SIGTERM or SIGHUP. A terminal's Ctrl-C may arrive twice; from the third on, patience is over. */
export function nextSignal(): Promise<NodeJS.Signals> {
  let seen = 0
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        seen += 1
        resolve(signal)
        if (seen >= 3) process.exit(1)
      })
    }
  })
}
