// Several measurements in turns, since a machine's speed drifts: what is compared is measured close together, and medians count.

type Measurements = Readonly<Record<string, () => Promise<{ readonly perSecond: number }>>>

/** Runs each of the measurements in turn, `rounds` times (odd); gives for each the round whose rate is the median. */
export async function takeTurns<M extends Measurements>(
  rounds: number,
  measurements: M,
): Promise<{ [K in keyof M]: Awaited<ReturnType<M[K]>> }> {
  const names = Object.keys(measurements)
  const results: Record<string, { readonly perSecond: number }[]> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const result = await measurements[name]?.()
      if (result) (results[name] ??= []).push(result)
    }
  }
  const medians = names.map((name) => [name, middleOf(results[name] ?? [])])
  return Object.fromEntries(medians) as { [K in keyof M]: Awaited<ReturnType<M[K]>> }
}

function middleOf<T extends { readonly perSecond: number }>(results: readonly T[]): T {
  const sorted = results.toSorted((a, b) => a.perSecond - b.perSecond)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error("No round was run")
  return middle
}
