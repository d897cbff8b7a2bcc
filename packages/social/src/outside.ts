// What a process beside the service must know of it (`@aviary/social/outside`), without loading the service itself: the gateway's
// and the supervisor's processes stay small by it.

export { socialSettings } from "./settings.ts"
export type { SocialSettings } from "./settings.ts"
export { publicUrl } from "./http/public-url.ts"
export { apiCors } from "./http/headers.ts"
