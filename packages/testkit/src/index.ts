// Boots real Aviaries for tests and benchmarks, with real clients. Never imported by what runs in production.

export { startAviary, TEST_PASSWORD } from "./aviary.ts"
export type { TestAviary, TestAviaryOptions, TestMember, TwinAviary } from "./aviary.ts"
export { createApi } from "./api.ts"
export type { Api, ApiAnswer } from "./api.ts"
export { createBrowser } from "./browser.ts"
export type { Browser, BrowserPage } from "./browser.ts"
export { validateEntity } from "./contract/validate-response.ts"
export { clientLoops } from "./clients/client-loops.ts"
export { trustAuthority } from "./clients/trust-authority.ts"
