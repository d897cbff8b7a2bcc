// Mixes authors: whoever posts much does not fill the page. Pure.

import type { RankedEntry } from "./ranker.ts"

export interface DiversityOptions {
  /** Entries of one author in a row at most, while there are others. Default 2. */
  readonly inRow?: number
  /** What each earlier entry of the author takes from the score of a later one. Default 4: as much as two deeds. */
  readonly decay?: number
}

/**
 * Reorders ranked entries: an entry's score falls with each entry of its author that stands before it, and no author has more
 * than `inRow` in a row as long as there is somebody else. An entry that others overtook by this says so in its reason.
 * Every entry comes out once.
 */
export function diversify(ranked: readonly RankedEntry[], options: DiversityOptions = {}): RankedEntry[] {
  const { inRow = 2, decay = 4 } = options
  /** What is left of each author, best first, and how many of it are placed. */
  const authors = new Map<number, { entries: RankedEntry[]; placed: number }>()
  for (const entry of ranked) {
    const known = authors.get(entry.authorId)
    if (known) known.entries.push(entry)
    else authors.set(entry.authorId, { entries: [entry], placed: 0 })
  }
  const before = new Map(ranked.map((entry, place) => [entry.id, place]))
  const mixed: RankedEntry[] = []
  let last = { authorId: -1, row: 0 }
  while (mixed.length < ranked.length) {
    let best: { entry: RankedEntry; score: number } | undefined
    for (const [authorId, { entries, placed }] of authors) {
      const entry = entries[placed]
      if (!entry) authors.delete(authorId)
      else if (authorId !== last.authorId || last.row < inRow || authors.size === 1) {
        const score = entry.score - decay * placed
        if (!best || score > best.score || (score === best.score && entry.id > best.entry.id))
          best = { entry, score }
      }
    }
    if (!best) continue
    const { entry, score } = best
    const author = authors.get(entry.authorId)
    if (author) author.placed += 1
    last = { authorId: entry.authorId, row: entry.authorId === last.authorId ? last.row + 1 : 1 }
    const places = mixed.length - (before.get(entry.id) ?? 0)
    mixed.push(places > 0 ? { ...entry, score, reason: { kind: "diversity", places } } : { ...entry, score })
  }
  return mixed
}
