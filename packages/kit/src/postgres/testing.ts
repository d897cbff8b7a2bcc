// What tests need of PostgreSQL: `@aviary/kit/postgres/testing`. Never for production code.

export { createTestDatabase, ensureTemplate } from "./test-database.ts"
export type { TestDatabase } from "./test-database.ts"
export { startTestPostgres, useTestPostgres } from "./test-server.ts"
export type { TestPostgres } from "./test-server.ts"
