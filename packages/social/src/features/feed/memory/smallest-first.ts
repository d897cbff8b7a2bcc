// Quickselect (Hoare 1961) for keys in a typed array.

/** Reorders the keys so that the first `count` are the smallest, in any order. Linear on average. */
export function moveSmallestFirst(keys: Float64Array, count: number): void {
  let from = 0
  let to = keys.length - 1
  while (from < to && count > from && count <= to) {
    const pivot = keys[(from + to) >>> 1] as number
    let low = from
    let high = to
    while (low <= high) {
      while ((keys[low] as number) < pivot) low += 1
      while ((keys[high] as number) > pivot) high -= 1
      if (low > high) break
      const key = keys[low] as number
      keys[low++] = keys[high] as number
      keys[high--] = key
    }
    if (count <= high) to = high
    else if (count > low) from = low
    else return
  }
}
