// Where a running Aviary logs: standard error as JSON lines, or, while a terminal shows the start, a file in the data
// directory that is kept bounded.

import { appendFileSync, copyFileSync, statSync, truncateSync } from "node:fs"
import { join } from "node:path"
import { createLog } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { AviarySettings } from "./settings.ts"

const LIMIT_BYTES = 16 * 1024 * 1024

/** A log to `<dir>/aviary.log` on a terminal, else to standard error. A file over 16 MiB is moved to `aviary.log.1`. */
export function createStartLog(settings: AviarySettings, dir: string): Log {
  if (!process.stdout.isTTY) return createLog({ level: settings.log.level })
  const file = join(dir, "aviary.log")
  let size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  return createLog({
    level: settings.log.level,
    destination: {
      write(line) {
        // A log that cannot be written (a full disk) must not stop what it describes.
        try {
          if (size > LIMIT_BYTES) {
            copyFileSync(file, `${file}.1`)
            truncateSync(file, 0)
            size = 0
          }
          appendFileSync(file, line, { mode: 0o600 })
          size += Buffer.byteLength(line)
        } catch {
          process.stderr.write(line)
        }
      },
    },
  })
}
