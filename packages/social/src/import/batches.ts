// Streams in pieces of a size, read ahead by one: while the database works on a batch, the next one is read and prepared.

/** Pieces of `size` items, the last one shorter, without the first `skip` items. */
export async function* inBatches<T>(
  groups: AsyncIterable<readonly T[]>,
  { skip, size }: { skip: number; size: number },
): AsyncGenerator<T[], void> {
  let toSkip = skip
  let batch: T[] = []
  for await (const group of groups) {
    if (toSkip >= group.length) {
      toSkip -= group.length
      continue
    }
    for (let from = toSkip; from < group.length;) {
      const to = Math.min(group.length, from + size - batch.length)
      for (let index = from; index < to; index += 1) batch.push(group[index] as T)
      from = to
      if (batch.length === size) {
        yield batch
        batch = []
      }
    }
    toSkip = 0
  }
  if (batch.length > 0) yield batch
}

/** The same items, each asked for before the one before it has been dealt with. */
export async function* readAhead<T>(source: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = source.next()
  try {
    for (;;) {
      const item = await next
      if (item.done) return
      next = source.next()
      // It is awaited in the next round; until then a failure is not one that nobody handles.
      next.catch(() => undefined)
      yield item.value
    }
  } finally {
    await next.catch(() => undefined)
    await source.return()
  }
}
