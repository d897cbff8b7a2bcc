// Where the gateway's control socket is: in its directory, or, where that path is longer than a socket's may be, in the
// temporary directory under a name that belongs to the directory.

import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The kernel's limit is 104 to 108 bytes; the gateway adds its process id for a moment. */
const LONGEST = 90

export function controlSocketPath(dir: string): string {
  const path = join(dir, "control.sock")
  if (Buffer.byteLength(path) <= LONGEST) return path
  return join(tmpdir(), `aviary-${createHash("sha256").update(dir).digest("hex").slice(0, 16)}.sock`)
}
