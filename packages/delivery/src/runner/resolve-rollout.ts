// From what was asked for to a rollout with everything looked up: the spec with its defaults, templates, tests, variants. Refuses
// what cannot be run before anything is touched.

import { AppError } from "@aviary/kit"
import type { AnalysisTemplate } from "../analysis/template-schema.ts"
import type { Release } from "../releases/release.ts"
import { DEFAULT_PREFIX } from "../rollout/analyses.ts"
import type { ResolvedRollout } from "../rollout/resolved-rollout.ts"
import { flattenIssues } from "../spec/issues.ts"
import { rolloutSchema } from "../spec/rollout-schema.ts"
import type { RolloutSpec, RolloutSpecInput } from "../spec/rollout-schema.ts"
import type { RolloutSmokeTest, Strategy } from "../spec/strategy-schema.ts"

export interface SpecRequest {
  readonly service: string
  readonly spec?: RolloutSpecInput
  readonly strategy?: Strategy["kind"]
}

/**
 * @param declared how the service's rollouts are declared; undefined: the documented defaults.
 * @param replicas where nothing is said of them: as many as there are.
 */
export function resolveSpec(
  request: SpecRequest,
  declared: Omit<RolloutSpec, "service"> | undefined,
  replicas: number | undefined,
): RolloutSpec {
  const { service, spec, strategy } = request
  const size = replicas === undefined ? {} : { replicas }
  if (spec) {
    const parsed = parse({ ...size, ...spec, service: spec.service ?? service })
    if (parsed.service !== service)
      throw refused(`the spec is about the service ${parsed.service}, not about ${service}`)
    if (strategy && parsed.strategy.kind !== strategy)
      throw refused(`the spec has the strategy ${parsed.strategy.kind}, and ${strategy} was asked for`)
    return parsed
  }
  const base: RolloutSpec = declared ? { ...declared, service } : parse({ ...size, service })
  if (!strategy || strategy === base.strategy.kind) return base
  return { ...base, strategy: parse({ service, strategy: { [strategy]: {} } }).strategy }
}

function parse(input: unknown): RolloutSpec {
  const result = rolloutSchema.safeParse(input)
  if (result.success) return result.data
  const problems = flattenIssues(result.error.issues, rolloutSchema)
  throw new AppError("delivery.document_invalid", {
    problems: problems.map(({ path, text }) => `spec.${path.join(".")}: ${text}`).join("\n"),
  })
}

/** What a rollout's document says of the release itself, as fields of its manifest. */
export function manifestOverrides({
  revision,
  health,
  drain,
}: RolloutSpec): Readonly<Record<string, unknown>> {
  const { command, env, config, flags, schema } = revision ?? {}
  const given = Object.entries({ command, env, config, flags, schema, health, drain })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

export interface Lookups {
  /** Of the delivery documents, by name. */
  readonly templates: Readonly<Record<string, AnalysisTemplate>>
  readonly defaultTemplates: (service: string) => readonly AnalysisTemplate[]
  readonly release: (id: string) => Release | undefined
}

export function resolveRollout(
  given: {
    readonly id: string
    readonly spec: RolloutSpec
    readonly release: Release
    readonly from: string | null
    readonly requestedBy: string
  },
  lookups: Lookups,
): ResolvedRollout {
  const { id, spec, release, from, requestedBy } = given
  const { strategy, service } = spec
  return {
    id,
    service,
    from,
    to: release.id,
    strategy,
    spec,
    templates: templatesOf(spec, lookups),
    smokeTests: [...releaseTests(release), ...(strategy.kind === "blueGreen" ? strategy.smokeTests : [])],
    variants: variantsOf(given, lookups),
    requestedBy,
  }
}

/** Those that are named, and those that come with Aviary, under a name that no document can have. */
export function templatesOf(
  spec: RolloutSpec,
  lookups: Omit<Lookups, "release">,
): Record<string, AnalysisTemplate> {
  const named = templateNames(spec.strategy)
  const unknown = named.filter((name) => !lookups.templates[name])
  if (unknown.length > 0) throw refused(`there is no AnalysisTemplate ${unknown.join(", ")}`)
  const defaults = lookups
    .defaultTemplates(spec.service)
    .map((template): [string, AnalysisTemplate] => [`${DEFAULT_PREFIX}${template.name}`, template])
  const own = named.flatMap((name): [string, AnalysisTemplate][] => {
    const template = lookups.templates[name]
    return template ? [[name, template]] : []
  })
  return Object.fromEntries([...defaults, ...own])
}

function templateNames(strategy: Strategy): string[] {
  switch (strategy.kind) {
    case "rolling":
      return []
    case "blueGreen":
      return [
        ...(strategy.prePromotionAnalysis?.templates ?? []),
        ...(strategy.postPromotionAnalysis?.templates ?? []),
      ]
    case "canary":
      return [
        ...(strategy.analysis?.templates ?? []),
        ...(strategy.postPromotionAnalysis?.templates ?? []),
        ...strategy.steps.flatMap((step) => (step.kind === "analysis" ? (step.templates ?? []) : [])),
      ]
    case "abTest":
      return [strategy.primaryMetric, ...(strategy.guardrails ?? [])]
  }
}

function releaseTests({ manifest }: Release): RolloutSmokeTest[] {
  return manifest.smokeTests.map(({ expect, ...test }) => ({ ...test, expect: { headers: {}, ...expect } }))
}

function variantsOf(
  { spec: { strategy }, release, from }: { spec: RolloutSpec; release: Release; from: string | null },
  lookups: Lookups,
): ResolvedRollout["variants"] {
  if (strategy.kind !== "abTest") return []
  return strategy.variants.map(({ name, weight, revision }) => {
    if (revision === "candidate") return { name, weight, release: release.id }
    if (revision === "stable") {
      if (from === null) throw refused(`the variant ${name} is the stable release, and there is none yet`)
      return { name, weight, release: from }
    }
    if (!lookups.release(revision))
      throw refused(`the variant ${name} names the release ${revision}, which is not installed`)
    return { name, weight, release: revision }
  })
}

const refused = (reason: string) => new AppError("rollout.refused", { reason })
