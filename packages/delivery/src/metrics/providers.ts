// The sources by their name in a template.

import type { MetricProvider as ProviderSpec } from "../analysis/provider-schema.ts"
import type { InternalProvider } from "./internal-provider.ts"
import type { JobDeps } from "./job-provider.ts"
import { createJobProvider } from "./job-provider.ts"
import { createPrometheusProvider } from "./prometheus-provider.ts"
import type { MetricProvider } from "./provider.ts"
import { createWebProvider } from "./web-provider.ts"

export interface Providers {
  readonly internal: InternalProvider
  readonly prometheus: MetricProvider
  readonly web: MetricProvider
  readonly job: MetricProvider
}

export function createProviders(deps: {
  readonly internal: InternalProvider
  readonly jobs: JobDeps
}): Providers {
  return {
    internal: deps.internal,
    prometheus: createPrometheusProvider(),
    web: createWebProvider(),
    job: createJobProvider(deps.jobs),
  }
}

export function providerOf(providers: Providers, spec: ProviderSpec): MetricProvider {
  if ("internal" in spec) return providers.internal
  if ("prometheus" in spec) return providers.prometheus
  return "web" in spec ? providers.web : providers.job
}
