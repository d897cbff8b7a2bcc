// Who wrote which imported text: drawn by the text's number alone, so that it is the same in every run. A member's share is in
// proportion to one more than their followers: the posts have the heavy tail that the followers have, and nobody is left out.

import type { GraphNodes } from "./graph-nodes.ts"

/** Gives the place of the node that writes text `number` (from 0, over all files). */
export function createAuthors(nodes: Pick<GraphNodes, "count" | "followers">): (number: number) => number {
  const upTo = new Float64Array(nodes.count)
  let total = 0
  for (let place = 0; place < nodes.count; place += 1) {
    total += 1 + (nodes.followers[place] ?? 0)
    upTo[place] = total
  }
  return (number) => firstAbove(upTo, evenly(number) * total)
}

/** The first place whose sum is above `value`. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sums[middle] ?? 0) > value) high = middle
    else low = middle + 1
  }
  return low
}

/** A number from 0 to below 1 for each integer, evenly spread: splitmix32 (Steele, Lea & Flood 2014, with 32-bit constants). */
export function evenly(integer: number): number {
  let z = (Math.imul(integer, 0x9e3779b9) + 0x9e3779b9) | 0
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
  return ((z ^ (z >>> 15)) >>> 0) / 0x1_0000_0000
}
