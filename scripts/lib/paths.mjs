// Where things are in the checkout. Runs on Node 20 without any dependency, like all of scripts/.

import path from "node:path"
import { fileURLToPath } from "node:url"

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..")
export const inRoot = (...parts) => path.join(root, ...parts)
export const bin = (name) => inRoot("node_modules/.bin", name)
