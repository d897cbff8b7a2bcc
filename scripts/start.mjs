// npm start: installs what is missing and runs the network. `npm start -- --help` lists the options.

import { install } from "./lib/install.mjs"
import { become } from "./lib/runtime.mjs"

await install()
become(["apps/aviary/src/main.ts", "start", ...process.argv.slice(2)])
