// What delivery gives to the commands and to the wiring in apps/aviary.

export type { Delivery, DeployRequest, Intervention, PlanRequest } from "./delivery.ts"
export type { RolloutEvent, RolloutEventType } from "./events/rollout-event.ts"
export type {
  PlannedStep,
  RolloutFleetView,
  RolloutOutcome,
  RolloutPlan,
  RolloutStatus,
  RolloutStepView,
  RolloutSummary,
  RolloutView,
  ServiceView,
  StrategyName,
} from "./rollout/views.ts"
export type { RolloutSpec, RolloutSpecInput } from "./spec/rollout-schema.ts"
export { createAlertBoard } from "./control/alert-board.ts"
export type { AlertBoard, FiringAlert } from "./control/alert-board.ts"
export { createDeliveryControl } from "./control/control-server.ts"
export { createServiceFlags } from "./flags/service-flags.ts"
export type { ServiceFlag, ServiceFlags } from "./flags/service-flags.ts"
export { createSchemaGate } from "./schema/prepare-schema.ts"
export type { SchemaGate } from "./schema/prepare-schema.ts"
export { createReleaseSchemas } from "./schema/schema-command.ts"
export { createRunCommand } from "./schema/run-release-command.ts"
