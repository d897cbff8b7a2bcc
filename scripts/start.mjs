// npm start: installs what is missing and runs the network. `npm start -- --help` lists the options.

import { install } from "./lib/install.mjs"
import { become } from "./lib/runtime.mjs"
import { buildWebClient } from "./lib/web-client.mjs"

await install()
if (!process.argv.includes("--help")) await buildWebClient()
// The supervisor makes little garbage: a small young generation keeps it small.
become(["--max-semi-space-size=2", "apps/aviary/src/main.ts", "start", ...process.argv.slice(2)])
