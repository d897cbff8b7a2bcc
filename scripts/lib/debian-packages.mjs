// The programs that the tests drive, clients, a browser and a certificate authority, and that come from Debian, not from npm; listed
// here and nowhere else. A missing one is installed where that can be done unasked, and is a failure everywhere else: never skipped.

import { existsSync, readFileSync } from "node:fs"
import { capture } from "./capture.mjs"
import { fail, showProgress } from "./say.mjs"

/** `probe` ends with code 0 where the package is there. */
const debianPackages = [
  { name: "toot", probe: ["/usr/bin/toot", "--version"] },
  { name: "python3-mastodon", probe: ["/usr/bin/python3", "-c", "import mastodon"] },
  { name: "libmastodon-client-perl", probe: ["/usr/bin/perl", "-MMastodon::Client", "-e", "1"] },
  { name: "pebble", probe: ["/usr/bin/pebble", "-help"] },
  { name: "chromium", probe: ["/usr/bin/chromium", "--version"] },
  // Without it Chromium shows boxes for emoji.
  {
    name: "fonts-noto-color-emoji",
    probe: ["/usr/bin/test", "-f", "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf"],
  },
]

export async function installDebianPackages() {
  const missing = await missingPackages()
  if (missing.length === 0) return
  const names = missing.join(" ")
  if (!isDebian() || process.getuid?.() !== 0) {
    fail(
      `The tests run ${names}, which are not installed.\n` +
        (isDebian()
          ? `Install them and run the tests again:\n\n  sudo apt-get update && sudo apt-get install --yes ${names}`
          : `On Debian and Ubuntu the tests install them. Run them there, or in a container of Debian:\n\n` +
            `  docker run --rm -v "$PWD":/aviary -w /aviary node:26 npm test`),
    )
  }
  const done = showProgress(`installing ${names} with apt-get`)
  const failed =
    (await aptGet("update")) ?? (await aptGet("install", "--yes", "--no-install-recommends", ...missing))
  done(failed === undefined ? "done" : "failed")
  if (failed !== undefined) fail(`apt-get could not install ${names}. It said:\n${failed}`)
  const still = await missingPackages()
  if (still.length > 0)
    fail(
      `apt-get installed ${names}, but ${still.join(" ")} does not work. Try: apt-get install --reinstall ${still.join(" ")}`,
    )
}

async function missingPackages() {
  const probes = await Promise.all(
    debianPackages.map(async ({ name, probe: [command, ...args] }) => ({
      name,
      ...(await capture(command, args)),
    })),
  )
  return probes.filter(({ code }) => code !== 0).map(({ name }) => name)
}

/** `undefined` when it worked, else what it said. */
async function aptGet(...args) {
  const { code, output } = await capture("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  })
  return code === 0 ? undefined : output
}

function isDebian() {
  const file = "/etc/os-release"
  return existsSync(file) && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync(file, "utf8"))
}
