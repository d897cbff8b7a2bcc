// How posts are ordered for a member who wants a ranked home: a ranker gives each candidate a score and says why. Pure: the
// same candidates at the same moment give the same order.

/** A post that could be shown; of a repost, the counts are its original's. */
export interface Candidate {
  readonly id: number
  readonly authorId: number
  /** When it was posted, milliseconds since 1970. */
  readonly postedAt: number
  readonly likes: number
  readonly reposts: number
  readonly replies: number
}

/** Why an entry stands where it stands, as a member may be told. */
export type RankReason =
  /** People did something with it. */
  | {
      readonly kind: "engagement"
      readonly likes: number
      readonly reposts: number
      readonly replies: number
    }
  /** It is new, and hardly anybody has seen it yet. */
  | { readonly kind: "recent"; readonly ageHours: number }
  /** The author has several posts here: this one was moved down to make room for others. */
  | { readonly kind: "diversity"; readonly places: number }
  /** Older than what was ranked: newest first from here on. */
  | { readonly kind: "older" }

export interface RankedEntry {
  readonly id: number
  readonly authorId: number
  readonly score: number
  readonly reason: RankReason
}

export interface Ranker {
  readonly name: string
  /** Entries of all candidates, best first. Equal scores: the newer first. */
  rank(candidates: readonly Candidate[], now: number): RankedEntry[]
}
