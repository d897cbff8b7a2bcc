// What a process beside the gateway must know of it (`@aviary/gateway/outside`), without loading the gateway itself.

export { createListenerKeeper } from "./hand-over/listener-keeper.ts"
export type { ListenerKeeper } from "./hand-over/listener-keeper.ts"
export { PUBLIC_FILE } from "./identity/public-file.ts"
