// What the parts of a start share.

import type { Log } from "@aviary/kit"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"

export interface StartContext {
  readonly settings: AviarySettings
  /** The file that was named at the command, if one was. */
  readonly configFile: string | undefined
  /** Data directory. */
  readonly dir: string
  readonly log: Log
  readonly terminal: Terminal
}
