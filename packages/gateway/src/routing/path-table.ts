// Finds the best entry for a path among exact paths, prefixes and patterns. Knows ranks and paths; whether an entry fits the
// rest of the request is asked of the entry itself.

import type { RequestView } from "../types.ts"
import type { PathMatch } from "./route-schema.ts"

/** One way into a route. */
export interface PathEntry {
  /** Lower goes first; no two entries have the same. */
  readonly rank: number
  readonly path: CompiledPath
  /** All that is not host or path. */
  fits(request: RequestView): boolean
}

/**
 * - `exact`: this path.
 * - `prefix`: this path and all below it, by whole segments; `/` is everything.
 * - `pattern`: segment by segment, `undefined` stands for any one; `open` lets more segments follow.
 */
export type CompiledPath =
  | { readonly kind: "exact"; readonly path: string }
  | { readonly kind: "prefix"; readonly path: string }
  | {
      readonly kind: "pattern"
      readonly segments: readonly (string | undefined)[]
      /** Name of each `:name`, with its segment. */
      readonly names: ReadonlyMap<string, number>
      readonly open: boolean
    }

/** Reads the forms that the schema allows. */
export function compilePath(path: PathMatch): CompiledPath {
  if (typeof path === "object") {
    if ("exact" in path) return { kind: "exact", path: path.exact }
    if ("prefix" in path) return { kind: "prefix", path: withoutSlash(path.prefix) }
    return compilePattern(path.pattern)
  }
  if (path.includes("/:")) return compilePattern(path)
  if (path.endsWith("/*")) return { kind: "prefix", path: withoutSlash(path.slice(0, -1)) }
  return { kind: "exact", path }
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path
}

function compilePattern(pattern: string): CompiledPath {
  const open = pattern.endsWith("/*")
  const texts = (open ? pattern.slice(0, -2) : pattern).split("/").slice(1)
  const names = new Map<string, number>()
  const segments = texts.map((text, index) => {
    if (!text.startsWith(":")) return text
    names.set(text.slice(1), index)
    return undefined
  })
  return { kind: "pattern", segments, names, open }
}

interface Node<E> {
  readonly children: Map<string, Node<E>>
  anyChild: Node<E> | undefined
  /** Entries for this node and all below it. */
  readonly open: E[]
  /** Entries for paths that end here. */
  readonly closed: E[]
}

export interface PathTable<E extends PathEntry> {
  /** The fitting entry of the lowest rank. */
  find(request: RequestView): E | undefined
}

export function createPathTable<E extends PathEntry>(entries: readonly E[]): PathTable<E> {
  const exact = new Map<string, E[]>()
  const root: Node<E> = newNode()
  let hasTree = false
  for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) {
    const { path } = entry
    if (path.kind === "exact") {
      const list = exact.get(path.path)
      if (list === undefined) exact.set(path.path, [entry])
      else list.push(entry)
      continue
    }
    const segments = path.kind === "prefix" ? segmentsOf(path.path) : path.segments
    const node = grow(root, segments)
    if (path.kind === "prefix" || path.open) node.open.push(entry)
    else node.closed.push(entry)
    if (node !== root) hasTree = true
  }

  return {
    find(request) {
      let best = firstFit(exact.get(request.path), request, undefined)
      best = firstFit(root.open, request, best)
      // `*` (OPTIONS *) has no segments.
      if (!hasTree || request.path.charCodeAt(0) !== SLASH) return best
      return search(root, 1, request, best)
    },
  }
}

const SLASH = 47

function newNode<E>(): Node<E> {
  return { children: new Map(), anyChild: undefined, open: [], closed: [] }
}

function segmentsOf(path: string): string[] {
  return path === "/" ? [] : path.split("/").slice(1)
}

function grow<E>(root: Node<E>, segments: readonly (string | undefined)[]): Node<E> {
  let node = root
  for (const segment of segments) {
    let child = segment === undefined ? node.anyChild : node.children.get(segment)
    if (child === undefined) {
      child = newNode()
      if (segment === undefined) node.anyChild = child
      else node.children.set(segment, child)
    }
    node = child
  }
  return node
}

/** Walks the segments from `start`; a name and `:name` are both tried, so the depth of the document's patterns bounds it. */
function search<E extends PathEntry>(
  node: Node<E>,
  start: number,
  request: RequestView,
  found: E | undefined,
): E | undefined {
  const { path } = request
  const slash = path.indexOf("/", start)
  const end = slash < 0 ? path.length : slash
  let best = found
  const named = node.children.size === 0 ? undefined : node.children.get(path.slice(start, end))
  for (let turn = 0; turn < 2; turn += 1) {
    // An empty segment is no `:name`.
    const child = turn === 0 ? named : end > start ? node.anyChild : undefined
    if (child === undefined) continue
    best = firstFit(child.open, request, best)
    if (slash < 0) best = firstFit(child.closed, request, best)
    else best = search(child, slash + 1, request, best)
  }
  return best
}

/** The first that fits of a list sorted by rank, if it goes before `best`; else `best`. */
function firstFit<E extends PathEntry>(
  list: readonly E[] | undefined,
  request: RequestView,
  best: E | undefined,
): E | undefined {
  if (list === undefined) return best
  for (const entry of list) {
    if (best !== undefined && entry.rank > best.rank) return best
    if (entry.fits(request)) return entry
  }
  return best
}
