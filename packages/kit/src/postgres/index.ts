// PostgreSQL inside Aviary: `@aviary/kit/postgres`. Knows nothing of what is stored in it.

export { createEmbeddedPostgres } from "./embedded-postgres.ts"
export type {
  EmbeddedPostgres,
  EmbeddedPostgresDeps,
  PostgresAddress,
  PostgresLog,
} from "./embedded-postgres.ts"
export { lockDataDir } from "./data-dir-lock.ts"
export type { Lock } from "./data-dir-lock.ts"
