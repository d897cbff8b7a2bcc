// The social network as a service: everything that members' apps talk to.

export { createSocial, publicUrl } from "./social.ts"
export type { Social, SocialDeps } from "./social.ts"
export { socialSettings } from "./settings.ts"
export type { SocialSettings } from "./settings.ts"
export { migrate } from "./db/migrate.ts"
export { openDatabase } from "./db/database.ts"
