// What runs, as a rollout sees it: sets of instances of one release with one job. Says what is wanted and what there is; how
// processes are started, watched and ended is the supervisor's.

/** A set of instances of one release with one job. */
export interface FleetSpec {
  /** The release's id, or that with `.baseline` for the fresh baseline. */
  readonly id: string
  readonly service: string
  /** The release that its instances run. */
  readonly release: string
  /** How many instances are wanted. */
  readonly replicas: number
}

export interface FleetStatus {
  /** Instances that should run. */
  readonly wanted: number
  /** Started, not yet ready. */
  readonly starting: number
  /** May be given requests. */
  readonly ready: number
  /** Finish what they have and end. */
  readonly draining: number
  /** Set when it cannot become ready: did not start, crash loop, unhealthy past its deadline. */
  readonly failure: string | undefined
  /** Milliseconds since 1970 from which on as many as are wanted were ready, for records; undefined when they are not. */
  readonly readySince: number | undefined
}

/** Calls state what is wanted, return at once, and are the same when repeated. */
export interface Fleets {
  /** Brings the fleet to this size; its first call starts it. */
  want(fleet: FleetSpec): void
  /** Drains the fleet and ends it. */
  drop(fleetId: string): void
  status(fleetId: string): FleetStatus | undefined
  list(service: string): readonly (FleetSpec & FleetStatus)[]
}
