// The last good document on disk, so that a gateway starts and serves without anyone to ask. Written aside and renamed, so
// that a crash leaves the old one or the new one, never half of one.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import { messageOf } from "@aviary/kit"
import type { Log } from "@aviary/kit"
import type { RoutingDocument } from "../document/routing-document.ts"
import { parseRoutingDocument } from "../document/routing-document.ts"

export interface StateFile {
  /** The document that was in force; undefined when there is none, or none that can be read. */
  read(): RoutingDocument | undefined
  /** Whether it is on the disk now. A disk that is full must not keep a rollback from taking effect. */
  write(document: RoutingDocument): boolean
}

export function createStateFile(path: string, log: Log): StateFile {
  return {
    read() {
      let text: string
      try {
        text = readFileSync(path, "utf8")
      } catch {
        return undefined
      }
      try {
        return parseRoutingDocument(JSON.parse(text))
      } catch (error) {
        log.error(
          { path, error: messageOf(error) },
          "the kept routing document cannot be read; it is left aside",
        )
        return undefined
      }
    },
    write(document) {
      const aside = `${path}.${process.pid}`
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        const file = openSync(aside, "w", 0o600)
        try {
          writeSync(file, JSON.stringify(document))
          fsyncSync(file)
        } finally {
          closeSync(file)
        }
        renameSync(aside, path)
        return true
      } catch (error) {
        log.error({ path, error: messageOf(error) }, "the routing document is in force but could not be kept")
        return false
      }
    },
  }
}
