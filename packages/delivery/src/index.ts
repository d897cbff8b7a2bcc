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
