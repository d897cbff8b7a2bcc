// Runs one TypeScript file of the checkout on the right Node: node scripts/run.mjs FILE [ARGUMENT…]

import { existsSync } from "node:fs"
import { install } from "./lib/install.mjs"
import { inRoot } from "./lib/paths.mjs"
import { become } from "./lib/runtime.mjs"
import { fail } from "./lib/say.mjs"

const [file, ...args] = process.argv.slice(2)
if (file === undefined) fail("Say which file to run: node scripts/run.mjs FILE [ARGUMENT…]")
if (!existsSync(inRoot(file))) fail(`There is no file ${file} in this checkout.`)
await install()
become([file, ...args])
