// What an event is. The catalogue of event types is composed in catalogue.ts from the features' own declarations.

/** A fact about the network. `data` must hold all that the projections need: they never look at a clock or a dice. */
export interface EventShape {
  readonly type: string
  readonly data: object
}

/** An event that is about to be appended. */
export interface NewEvent<E extends EventShape = EventShape> {
  readonly type: E["type"]
  readonly data: E["data"]
  /** What the event is about, e.g. `post:123`: events of one stream are totally ordered. */
  readonly stream: string
  /** The account that did it; null when the system did. */
  readonly actor: number | null
}

/** An event with its time: all that a projection may look at. */
export interface TimedEvent<E extends EventShape = EventShape> extends NewEvent<E> {
  readonly occurredAt: Date
}

/** An event as it stands in the log. */
export interface StoredEvent<E extends EventShape = EventShape> extends TimedEvent<E> {
  readonly position: number
  /** PostgreSQL's 64-bit transaction id, as text: commit order is (transactionId, position). */
  readonly transactionId: string
}

/** A place in the log. A reader that stands here has seen everything up to and including it, and nothing beyond. */
export interface LogCursor {
  readonly transactionId: string
  readonly position: number
}

export const LOG_START: LogCursor = { transactionId: "0", position: 0 }
