// PostgreSQL inside Aviary: `@aviary/kit/postgres`. Knows nothing of what is stored in it.

export { createEmbeddedPostgres } from "./embedded-postgres.ts"
export type { EmbeddedPostgres, EmbeddedPostgresDeps, PostgresAddress } from "./embedded-postgres.ts"
export type { PostgresLog } from "./server-process.ts"
export { lockDataDir } from "./data-dir-lock.ts"
export type { Lock } from "./data-dir-lock.ts"
