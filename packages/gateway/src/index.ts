// The gateway: one front door that loses nothing. What other parts of Aviary may use of it.

export { createAccessLog } from "./access-log/access-log.ts"
export type { AccessLog } from "./access-log/access-log.ts"
export { createGatewayControl } from "./control/controlled-gateway.ts"
export type { GatewayControl } from "./control/controlled-gateway.ts"
export { parseRoutingDocument } from "./document/routing-document.ts"
export type { RoutingDocument, RoutingDocumentInput } from "./document/routing-document.ts"
export { createGateway } from "./gateway.ts"
export type { Gateway, GatewayOptions, GatewayStatus } from "./gateway.ts"
export { createListenerKeeper, inheritListeners } from "./hand-over/listener-keeper.ts"
export type { InheritedListeners, ListenerKeeper } from "./hand-over/listener-keeper.ts"
export type { LedgerSums } from "./ledger/ledger.ts"
export type { Instance, Outcome, RequestView } from "./types.ts"
