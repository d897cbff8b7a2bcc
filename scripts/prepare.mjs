// What `npm start` needs before it becomes Aviary: installs the packages, builds the web client, and says on standard output which
// Node to run; everything else it says goes to standard error. Called by start.sh alone.

import { install } from "./lib/install.mjs"
import { findRuntime } from "./lib/runtime.mjs"
import { buildWebClient } from "./lib/web-client.mjs"

await install()
if (!process.argv.includes("--help")) await buildWebClient()
process.stdout.write(findRuntime())
