// Which shortcut a row of key presses is. Pure.

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** A second key counts for this long after the first. */
export const SEQUENCE_MS = 1_200

export type Match =
  /** The keys of this shortcut are all there. */
  | { readonly kind: "run"; readonly keys: string }
  /** The beginning of one or more. */
  | { readonly kind: "wait"; readonly typed: string }
  | { readonly kind: "none" }

/**
 * `typed` is what was pressed before and still counts, such as "g"; `known` holds shortcuts as "g h", "n", "?". A press with
 * Ctrl, Meta or Alt is the browser's and never ours.
 */
export function matchKeys(typed: string, press: KeyPress, known: Iterable<string>): Match {
  if (press.ctrlKey || press.metaKey || press.altKey) return { kind: "none" }
  const all = [...known]
  // A second key that leads nowhere may still be the first of another shortcut.
  for (const sequence of typed === "" ? [press.key] : [`${typed} ${press.key}`, press.key]) {
    if (all.includes(sequence)) return { kind: "run", keys: sequence }
    if (all.some((keys) => keys.startsWith(`${sequence} `))) return { kind: "wait", typed: sequence }
  }
  return { kind: "none" }
}
