// Writes a file so that it is there whole or not at all, also when the machine stops half-way.

import { randomUUID } from "node:crypto"
import { open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"

/** `mode`: who may read it, from the moment it exists. */
export async function writeFileAtomically(path: string, text: string | Buffer, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`
  try {
    const file = await open(temporary, "wx", mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  const directory = await open(dirname(path), "r")
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
