// The gateway: one front door that loses nothing. What other parts of Aviary may use of it.

export { outcomes } from "./types.ts"
export type { Attempt, AttemptFailure, Instance, InstanceTls, Outcome, RequestView } from "./types.ts"
