// `aviary doctor`: looks an installation over and says what is wrong and how to mend it. Changes nothing.

import { accessSync, constants, existsSync, statfsSync } from "node:fs"
import { totalmem } from "node:os"
import { join } from "node:path"
import { messageOf, systemClock } from "@aviary/kit"
import { checkServerVersion, examineNetwork } from "@aviary/social"
import type { Finding } from "@aviary/social"
import { withInstallation } from "../installation.ts"
import { dataDir, loadSettings } from "../settings.ts"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { commandLog } from "./tools.ts"

const MINIMUM_FREE_BYTES = 1_073_741_824
const MINIMUM_MEMORY_BYTES = 1_073_741_824

/** The exit code: 1 when something is bad. */
export async function doctor(
  terminal: Terminal,
  options: { config: string | undefined; json?: boolean },
): Promise<number> {
  const findings: Finding[] = [runtimeFinding(), memoryFinding()]
  const settings = configuration(options.config, findings)
  if (settings) {
    findings.push(...storageFindings(dataDir(settings)), publicUrlFinding(settings))
    findings.push(...(await databaseFindings(settings)))
  }
  if (options.json) terminal.json(findings)
  else show(terminal, findings)
  return findings.some((finding) => finding.state === "bad") ? 1 : 0
}

function show(terminal: Terminal, findings: readonly Finding[]): void {
  const { good, bad, bold } = terminal.style
  const sign = { good: good("✔"), warning: bold("!"), bad: bad("✖") }
  for (const finding of findings) {
    terminal.line(`  ${sign[finding.state]} ${finding.check.padEnd(14)} ${finding.what}`)
    if (finding.remedy) terminal.line(`    ${" ".repeat(14)} → ${finding.remedy}`)
  }
  const wrong = findings.filter((finding) => finding.state === "bad").length
  terminal.line(wrong === 0 ? `\n${good("✔")} nothing is wrong` : `\n${bad("✖")} ${wrong} to mend`)
}

function runtimeFinding(): Finding {
  const major = Number(process.versions.node.split(".")[0])
  if (major >= 24) return { check: "Node", state: "good", what: `${process.version}` }
  return {
    check: "Node",
    state: "bad",
    what: `${process.version} is too old`,
    remedy: "Use Node 24 or later, or `npm start`, which brings its own.",
  }
}

function memoryFinding(): Finding {
  const what = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`
  if (totalmem() >= MINIMUM_MEMORY_BYTES) return { check: "memory", state: "good", what }
  return { check: "memory", state: "warning", what, remedy: "Aviary and its database want 1 GiB." }
}

function configuration(file: string | undefined, findings: Finding[]): AviarySettings | undefined {
  try {
    const settings = loadSettings(file, process.env)
    findings.push({
      check: "configuration",
      state: "good",
      what: file ?? "defaults, aviary.yaml and variables",
    })
    return settings
  } catch (error) {
    findings.push({
      check: "configuration",
      state: "bad",
      what: messageOf(error),
      remedy: "docs/config.md lists every setting.",
    })
    return undefined
  }
}

function storageFindings(dir: string): Finding[] {
  if (!existsSync(dir)) {
    return [
      { check: "data", state: "warning", what: `${dir} is not there yet`, remedy: "`npm start` makes it." },
    ]
  }
  try {
    accessSync(dir, constants.W_OK)
  } catch (error) {
    return [
      {
        check: "data",
        state: "bad",
        what: messageOf(error),
        remedy: `Let this user write to ${dir}, or set \`data.dir\`.`,
      },
    ]
  }
  const { bavail, bsize } = statfsSync(dir)
  const free = bavail * bsize
  const what = `${dir}, ${(free / 2 ** 30).toFixed(1)} GiB free`
  const media = join(dir, "media")
  const findings: Finding[] = [
    free >= MINIMUM_FREE_BYTES
      ? { check: "data", state: "good", what }
      : {
          check: "data",
          state: "bad",
          what,
          remedy: "Free space on this disk: a full one stops all writes.",
        },
  ]
  if (existsSync(media)) findings.push({ check: "media", state: "good", what: media })
  return findings
}

function publicUrlFinding(settings: AviarySettings): Finding {
  const url = settings.http.publicUrl
  if (url === undefined) {
    return {
      check: "public URL",
      state: "warning",
      what: `not set; apps on this machine use http://localhost:${settings.http.port}`,
      remedy: "Set `http.publicUrl` before others join: handles and links hold it.",
    }
  }
  if (url.startsWith("https:")) return { check: "public URL", state: "good", what: url }
  return {
    check: "public URL",
    state: "warning",
    what: `${url} is not encrypted`,
    remedy: "Use HTTPS: passwords pass through here.",
  }
}

async function databaseFindings(settings: AviarySettings): Promise<Finding[]> {
  const log = commandLog()
  if (settings.database.url === undefined && !existsSync(join(dataDir(settings), "postgres"))) {
    return [
      { check: "PostgreSQL", state: "warning", what: "no database yet", remedy: "`npm start` makes it." },
    ]
  }
  try {
    return await withInstallation({ settings, log }, async ({ databaseUrl, running }) => {
      const version = await checkServerVersion(databaseUrl)
      const kind = settings.database.url === undefined ? "embedded" : "external"
      return [
        {
          check: "Aviary",
          state: "good",
          what: running ? `running as process ${running.pid}, ${running.url}` : "not running",
        },
        { check: "PostgreSQL", state: "good", what: `${version}, ${kind}` },
        ...(await examineNetwork({ databaseUrl, clock: systemClock, log })),
      ]
    })
  } catch (error) {
    return [
      {
        check: "PostgreSQL",
        state: "bad",
        what: messageOf(error),
        remedy:
          settings.database.url === undefined
            ? "See postgres.log in the data directory."
            : "Check `database.url`, and that the server is up.",
      },
    ]
  }
}
