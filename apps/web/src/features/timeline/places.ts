// Where the reader was in a long list, and how high its rows were, by the entry of the browser's history: back leads to the same place
// without measuring anything again.

import type { VirtualItem } from "@tanstack/react-virtual"

export interface Place {
  readonly offset: number
  readonly measurements: VirtualItem[]
  /** The row that had the focus last, if any. */
  readonly row: number | undefined
}

const places = new Map<string, Place>()
const MOST = 30

export function keepPlace(key: string, place: Place) {
  places.delete(key)
  places.set(key, place)
  const [oldest] = places.keys()
  if (places.size > MOST && oldest !== undefined) places.delete(oldest)
}

export function placeOf(key: string): Place | undefined {
  return places.get(key)
}
