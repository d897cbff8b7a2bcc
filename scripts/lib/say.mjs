// What the scripts tell a person at the terminal. Progress goes to standard error, so that output can be piped.

const SPINNER = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
const QUIET_EVERY_MS = 15_000

/** Ends the script: what is wrong, and what to do. */
export function fail(message) {
  console.error(`\n${message}\n`)
  process.exit(1)
}

/** Shows that `text` is going on, with the seconds since its start, until the returned function is called. */
export function showProgress(text) {
  const start = performance.now()
  const seconds = () => Math.round((performance.now() - start) / 1000)
  const terminal = process.stderr.isTTY
  let frame = 0
  const draw = () => {
    if (terminal)
      process.stderr.write(`\r\x1b[K${SPINNER[frame++ % SPINNER.length]} ${text} … ${seconds()} s`)
    else process.stderr.write(`${text} … ${seconds()} s\n`)
  }
  draw()
  const timer = setInterval(draw, terminal ? 100 : QUIET_EVERY_MS)
  return (outcome) => {
    clearInterval(timer)
    const elapsed = ((performance.now() - start) / 1000).toFixed(1)
    process.stderr.write(
      `${terminal ? "\r\x1b[K" : ""}${outcome === "failed" ? "✖" : "✔"} ${text} (${elapsed} s)\n`,
    )
  }
}
