// Links of a release may lead about within it and nowhere else: whoever packs one must not be able to read or change what is not
// his through it.

import { readlink, realpath } from "node:fs/promises"
import { dirname, isAbsolute, join, resolve, sep } from "node:path"
import { walkTree } from "./walk-tree.ts"

/** Why a link is not allowed; undefined when it is. By its text alone: what is there may not be there yet. */
export function linkProblem(root: string, path: string, target: string): string | undefined {
  if (isAbsolute(target)) return `${path} is a link to an absolute path`
  const leadsTo = resolve(join(root, dirname(path)), target)
  return isWithin(root, leadsTo) ? undefined : `${path} is a link that leads out of it`
}

/** Looks at where every link of a tree really leads: through other links too. Fails with an error that names the link. */
export async function checkLinks(root: string): Promise<void> {
  const top = await realpath(root)
  for await (const { path, kind } of walkTree(root)) {
    if (kind !== "link") continue
    const problem = linkProblem(root, path, await readlink(join(root, path)))
    if (problem !== undefined) throw new Error(problem)
    const end = await realpath(join(root, path)).catch(() => undefined)
    if (end !== undefined && !isWithin(top, end)) throw new Error(`${path} is a link that leads out of it`)
  }
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root + sep)
}
