// What delivery gives to the commands and to the wiring in apps/aviary.

export { createAnalyses } from "./analysis/analyses.ts"
export type { Analyses, AnalysisStatus, Detectable, MetricStatus } from "./analysis/analysis.ts"
export { defaultTemplates } from "./analysis/default-templates.ts"
export { createRecordStore } from "./analysis/record-store.ts"
export { createRecordArchive } from "./analysis/record-archive.ts"
export type { RecordSummary } from "./analysis/record-summary.ts"
export type { Replayed, TemplateBacktest } from "./analysis/record-work.ts"
export type { AnalysisTemplate } from "./analysis/template-schema.ts"
export { createInternalProvider } from "./metrics/internal-provider.ts"
export { createProviders } from "./metrics/providers.ts"
export { createScraper } from "./metrics/scraper.ts"
export type { ScrapeTarget } from "./metrics/scraper.ts"
export { createDelivery } from "./create-delivery.ts"
export type { DeclaredService, DeliveryDeps } from "./create-delivery.ts"
export { createGatewayCounts } from "./runner/gateway-counts.ts"
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
export { openReleaseStore } from "./releases/release-store.ts"
export type { Release, Releases } from "./releases/release.ts"
export { parseDocuments } from "./spec/documents.ts"
export type { DeliveryDocument } from "./spec/documents.ts"
export { launchEnvironment } from "./supervisor/launch-environment.ts"
export type { Fleets, FleetSpec, FleetStatus } from "./supervisor/fleets.ts"
export type { RunningInstance } from "./supervisor/running-instance.ts"
export { openStateSections } from "./supervisor/state-sections.ts"
export type { StateSections } from "./supervisor/state-sections.ts"
export { createSupervisor } from "./supervisor/supervisor.ts"
export type { Supervisor } from "./supervisor/supervisor.ts"
export { composeDocument } from "./traffic/gateway-document.ts"
export type { GatewayRoute, ServiceRouting } from "./traffic/gateway-document.ts"
export { createGatewayTraffic } from "./traffic/gateway-traffic.ts"
export type { GatewayControl, GatewayTraffic } from "./traffic/gateway-traffic.ts"
export type { Traffic, TrafficPlan } from "./traffic/traffic.ts"
