// Where the sockets between the gateway and the instances are: in the gateway's directory, or, where such a path is longer than a
// socket's may be, in the temporary directory under a name that belongs to the directory.

import { createHash } from "node:crypto"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The kernel's limit is 104 to 108 bytes; the gateway adds its process id for a moment. */
const LONGEST = 90

/** Where the gateway is controlled. */
export function controlSocketPath(dir: string): string {
  return socketPath(dir, "control.sock")
}

/** Where delivery is controlled, by commands and the console; `dir` is the data directory. */
export function deliverySocketPath(dir: string): string {
  return socketPath(dir, "delivery.sock")
}

/** Where an instance of the network tells the gateway about tokens and changes; without a name, one that has no supervisor. */
export function serviceSocketPath(dir: string, instance?: string): string {
  return socketPath(dir, instance === undefined ? "service.sock" : `${instance}.sock`)
}

function socketPath(dir: string, name: string): string {
  const path = join(dir, name)
  if (Buffer.byteLength(path) <= LONGEST) return path
  return join(tmpdir(), `aviary-${createHash("sha256").update(path).digest("hex").slice(0, 16)}.sock`)
}
