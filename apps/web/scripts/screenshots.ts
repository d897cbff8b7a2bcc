// Takes pictures of the client's scenes on a phone, a tablet and a desktop, light and dark: `npm run aviary` needs not run, a whole
// Aviary is started for it. Arguments: words that a scene's name must contain; --out=DIRECTORY instead of docs/screenshots;
// --screens=phone,desktop; --themes=dark. Run it after a page has changed its looks, and look at every picture.

import path from "node:path"
import { scenes } from "../e2e/scenes/scenes.ts"
import { takeScreenshots } from "../e2e/lib/screenshots.ts"
import type { MatrixOptions } from "../e2e/lib/screenshots.ts"
import { startWorld } from "../e2e/lib/world.ts"

const args = process.argv.slice(2)
const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3)
const words = args.filter((arg) => !arg.startsWith("--"))

const list = <T extends string>(name: string, known: readonly T[]): T[] | undefined =>
  option(name)
    ?.split(",")
    .filter((value): value is T => known.some((each) => each === value))

const themes = list("themes", ["light", "dark"])
const screens = list("screens", ["phone", "tablet", "desktop"])
const options: MatrixOptions = {
  directory: path.resolve(option("out") ?? path.join(import.meta.dirname, "../../../docs/screenshots")),
  ...(themes ? { themes } : {}),
  ...(screens ? { screens } : {}),
}

const world = await startWorld({ env: { AVIARY_INSTANCE_TITLE: "Birds of the Marsh" } })
try {
  const all = await scenes(world)
  const wanted = all.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
  await takeScreenshots(world, wanted, options)
} finally {
  await world.stop()
}
