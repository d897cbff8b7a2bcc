// How posts come to readers: pushed into the rings of active followers when they are written, or pulled from the authors'
// outboxes when somebody reads. A strategy only decides, from numbers; it never touches memory or the database.

/** What is known of an author when a post of his is to be delivered. */
export interface AuthorFacts {
  /** Followers who have a ring now. */
  readonly activeFollowers: number
  /** What was decided last: a heavy author's posts are pulled. Gives the decision its hysteresis. */
  readonly heavy: boolean
}

/** What is known of a member who reads his home feed. */
export interface ReaderFacts {
  /** How many accounts he follows. */
  readonly followees: number
  /** Whether he has read lately enough to be worth a ring. */
  readonly active: boolean
}

/** A reader's sources. His own outbox, and authors followed so lately that the ring lacks them, are pulled by every strategy. */
export type ReadPlan =
  /** No ring: every followee's outbox is pulled. */
  | "outboxes"
  /** The ring, and the outboxes of those followees whose posts the ring may lack: heavy authors, now or since its floor. */
  | "ring-and-heavy"
  /** The ring has all. */
  | "ring"

export interface FeedStrategy {
  readonly name: FeedStrategyName
  /** Whether the author is heavy from now on: his posts are not pushed. */
  isHeavy(author: AuthorFacts): boolean
  /** Where a reader's feed comes from, given that his ring, if he is to have one, is filled. */
  planFor(reader: ReaderFacts): ReadPlan
}

export type FeedStrategyName = "pull" | "push" | "hybrid"
