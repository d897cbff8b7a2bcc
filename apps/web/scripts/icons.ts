// Writes the client's icons from icons/icon.svg into public/icons/: run it after the mark has changed. `sharp` is the server's.

import { copyFile, mkdir, readFile } from "node:fs/promises"
import path from "node:path"
import sharp from "sharp"

const web = path.join(import.meta.dirname, "..")
const out = path.join(web, "public/icons")
const svg = await readFile(path.join(web, "icons/icon.svg"), "utf8")

/** For devices that cut the icon to a shape of their own: the ground to the very edge, the bird within the safe middle. */
const maskable = svg
  .replace('rx="120"', 'rx="0"')
  .replace("translate(52 52) scale(12.75)", "translate(92 92) scale(10.25)")
/** For the status bar of phones, which takes the shape alone: the bird, in white, with holes. */
const badge = svg
  .replace(/<rect[^>]*>/, "")
  .replace(/<circle[^>]*>/, "")
  .replace(/<path[^>]*stroke=[^>]*>/, "")

await mkdir(out, { recursive: true })
await copyFile(path.join(web, "icons/icon.svg"), path.join(out, "icon.svg"))
const files = [
  { name: "icon-192.png", from: svg, size: 192 },
  { name: "icon-512.png", from: svg, size: 512 },
  { name: "maskable-512.png", from: maskable, size: 512 },
  { name: "apple-touch-icon.png", from: maskable, size: 180 },
  { name: "badge-96.png", from: badge, size: 96 },
]
for (const { name, from, size } of files)
  await sharp(Buffer.from(from), { density: 300 })
    .resize(size, size)
    .png({ compressionLevel: 9, palette: true })
    .toFile(path.join(out, name))
