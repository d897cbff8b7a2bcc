// How many visitors each arm of a split has met, for the check that visitors are divided as asked for. Requests of one visitor are
// not independent, so that check needs visitors; and an estimate of their number would err by more than what it looks for. So a
// sample is counted exactly: the visitors whose hash ends in so many zeros. When it grows too large, one more zero is asked for, which
// halves it (M. Wegman's adaptive sampling; P. Flajolet, Computing 43 (1990)). Each visitor is in the sample with the same
// probability, whatever the arm, so the sample is divided as the visitors are. Of bounded size; forgets who they were.

/** Visitors that are remembered at most. */
const CAPACITY = 16_384
/** Twice as many places, a power of 2. */
const PLACES = 32_768
const SHIFT = 17
/** 2³² divided by the golden ratio: spreads what ends in zeros (D. Knuth, TAOCP 3, 6.4). */
const SPREAD = 0x9e3779b1
/** Of the hash by which the sample is drawn: it must not be the one by which arms are dealt. */
export const SAMPLE_SEED = 0x76697369

export interface VisitorSample {
  /** Counts a visitor once, in the arm of the first request. @param hash a hash of its key, 0 … 2³²−1 @param arm 0 … 255 */
  see(hash: number, arm: number): void
  /** Visitors in the sample, by arm. */
  counts(): readonly number[]
  /** The sample has one in so many of the visitors. */
  readonly oneIn: number
}

/** @param arms how many there are, at most 256 */
export function createVisitorSample(arms: number): VisitorSample {
  let hashes = new Uint32Array(PLACES)
  let armOf = new Uint8Array(PLACES)
  let size = 0
  let mask = 0
  const counts = Array.from({ length: arms }, () => 0)

  /** Whether it was not there. 0 marks a free place; the one visitor in 2³² whose hash it is stands with that of 2³¹. */
  function add(hash: number, arm: number): boolean {
    const key = hash === 0 ? 0x80000000 : hash
    let place = Math.imul(key, SPREAD) >>> SHIFT
    for (;;) {
      const found = hashes[place]
      if (found === key) return false
      if (found === 0) break
      place = (place + 1) & (PLACES - 1)
    }
    hashes[place] = key
    armOf[place] = arm
    return true
  }

  function halve(): void {
    mask = (mask << 1) | 1
    const [before, armBefore] = [hashes, armOf]
    hashes = new Uint32Array(PLACES)
    armOf = new Uint8Array(PLACES)
    size = 0
    counts.fill(0)
    for (const [place, hash] of before.entries())
      if (hash !== 0 && (hash & mask) === 0) count(hash, armBefore[place] ?? 0)
  }

  function count(hash: number, arm: number): void {
    if (!add(hash, arm)) return
    size += 1
    counts[arm] = (counts[arm] ?? 0) + 1
  }

  return {
    see(hash, arm) {
      if ((hash & mask) !== 0) return
      count(hash, arm)
      while (size > CAPACITY) halve()
    },
    counts: () => counts,
    get oneIn() {
      return mask + 1
    },
  }
}
