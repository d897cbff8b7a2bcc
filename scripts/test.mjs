// npm test: installs what is missing, then runs every test. `npm test -- posts` runs the files with "posts" in their path;
// options of `node --test` pass through, for example `npm test -- posts --test-name-pattern=likes`.

import { installDebianPackages } from "./lib/debian-packages.mjs"
import { install } from "./lib/install.mjs"
import { become } from "./lib/runtime.mjs"
import { buildWebClient } from "./lib/web-client.mjs"

await install()
await installDebianPackages()
await buildWebClient()
become(["packages/testkit/src/run-tests.ts", ...process.argv.slice(2)])
