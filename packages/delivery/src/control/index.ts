// What asks delivery from outside (`@aviary/delivery/control`), without loading what runs there: commands start fast by it.

export { createControlClient } from "./control-client.ts"
export type { ControlClient } from "./control-client.ts"
export { parseDocuments } from "../spec/documents.ts"
