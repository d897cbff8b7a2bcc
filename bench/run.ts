// npm run bench -- NAME: runs one benchmark, prints its table and writes bench/results/NAME.json.

import { api } from "./api.ts"
import { feed } from "./feed.ts"
import { gateway } from "./gateway.ts"
import type { Figure } from "./lib/report.ts"
import { report } from "./lib/report.ts"
import { limiter } from "./limiter.ts"
import { rollout } from "./rollout.ts"
import { web } from "./web.ts"
import { zeroLoss } from "./zero-loss.ts"

const benches: Readonly<Record<string, (args: readonly string[]) => Promise<Figure[]>>> = {
  api,
  feed,
  gateway,
  limiter,
  rollout,
  web,
  "zero-loss": zeroLoss,
}

const [name = "", ...args] = process.argv.slice(2)
const bench = benches[name]
if (bench) report(name, await bench(args))
else {
  process.stderr.write(`Say which: npm run bench -- ${Object.keys(benches).join(" | ")}\n`)
  process.exitCode = 1
}
