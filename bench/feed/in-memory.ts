// Figures of the feed's memory by itself: modules only, no HTTP and no database.

import { ownProcess } from "../lib/own-process.ts"
import type { Figure } from "../lib/report.ts"

export interface MemoryInput {
  readonly dataDir: string
}

export interface MemoryFigures {
  readonly deliveries: number
  readonly bareDeliveries: number
  readonly crowdMs: number
  readonly bareCrowdMs: number
  /** By the rings' own account. */
  readonly bytesPerEntry: number
  /** By how the process grew. */
  readonly heapAndExternal: number
  readonly resident: number
}

const DEADLINE_MS = 120_000

export async function inMemoryFigures(input: MemoryInput): Promise<Figure[]> {
  const file = new URL("./memory.process.ts", import.meta.url)
  const child = ownProcess<MemoryFigures>(file, input, ["--expose-gc"])
  try {
    return figuresOf(await child.message(DEADLINE_MS))
  } finally {
    await child.stop()
  }
}

function figuresOf(found: MemoryFigures): Figure[] {
  return [
    {
      name: "deliveries/s into full rings of 800",
      value: found.deliveries,
      unit: "deliveries/s",
      reference: { name: "bare typed-array loop", value: found.bareDeliveries },
      target: { least: 0.5 },
      note: "the graph's members all with a ring, authors as the posts have them; followers already looked up for both",
    },
    {
      name: "deliveries/s into rings, absolute",
      value: found.deliveries,
      unit: "deliveries/s",
      target: { least: 10_000_000 },
    },
    {
      name: "one post to 1M rings, in memory (push)",
      value: found.crowdMs,
      unit: "ms",
      reference: { name: "bare typed-array loop", value: found.bareCrowdMs },
      note: "rings filled in random order, none of them having to grow",
    },
    {
      name: "bytes per timeline entry, full rings",
      value: found.bytesPerEntry,
      unit: "bytes",
      target: { most: 14 },
      note: `the process grew by ${found.heapAndExternal.toFixed(1)} bytes of heap and buffers an entry (${found.resident.toFixed(1)} resident)`,
    },
  ]
}
