// Holds how much JavaScript a first visit waits for: a build that would bring more fails, and says what it is made of.

import { readFile, stat } from "node:fs/promises"
import path from "node:path"

/** Bytes as they are served to a browser: packed with brotli. */
const MOST = 180_000

/** Of what is built and packed in `directory`, all scripts that the document names: the first one and what that needs to run. */
export async function checkFirstSize(directory: string): Promise<void> {
  const document = await readFile(path.join(directory, "index.html"), "utf8")
  const names = [...document.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, name = ""]) => name)
  const sizes = await Promise.all(
    names.map(async (name) => ({ name, bytes: await servedBytes(path.join(directory, name)) })),
  )
  const all = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  if (all > MOST) throw new Error(tooMuch(all, sizes))
}

function tooMuch(all: number, sizes: readonly { readonly name: string; readonly bytes: number }[]): string {
  const list = sizes
    .toSorted((one, other) => other.bytes - one.bytes)
    .map(({ name, bytes }) => `  ${String(bytes).padStart(7)} ${name}`)
  return [
    `Home waits for ${all} bytes of JavaScript, and ${MOST} are the most. Load by import() what it does not begin with:`,
    ...list,
  ].join("\n")
}

/** Too small to be packed, it is served as it is. */
async function servedBytes(file: string): Promise<number> {
  const packed = await stat(`${file}.br`).catch(() => undefined)
  return (packed ?? (await stat(file))).size
}
