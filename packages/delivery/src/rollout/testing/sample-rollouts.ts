// Rollouts for tests, one of each strategy, resolved as the facade resolves them.

import { rolloutSchema } from "../../spec/rollout-schema.ts"
import type { RolloutSpecInput } from "../../spec/rollout-schema.ts"
import type { ResolvedRollout } from "../resolved-rollout.ts"

export const STABLE = "shop@11111111"
export const CANDIDATE = "shop@22222222"

export function sampleRollout(
  spec: RolloutSpecInput = {},
  part: Partial<ResolvedRollout> = {},
): ResolvedRollout {
  const parsed = rolloutSchema.parse({ service: "shop", replicas: 4, ...spec })
  const { strategy } = parsed
  return {
    id: "shop-1",
    service: "shop",
    from: STABLE,
    to: CANDIDATE,
    strategy,
    spec: parsed,
    templates: {},
    smokeTests: strategy.kind === "blueGreen" ? strategy.smokeTests : [],
    variants:
      strategy.kind === "abTest"
        ? strategy.variants.map(({ name, weight, revision }) => ({
            name,
            weight,
            release: revision === "candidate" ? CANDIDATE : revision === "stable" ? STABLE : revision,
          }))
        : [],
    requestedBy: "tester",
    ...part,
  }
}

const hooks: RolloutSpecInput["hooks"] = (["pre", "confirm", "step", "post", "rollback"] as const).map(
  (type) => ({
    type,
    url: `http://hooks.example/${type}`,
  }),
)

/** One of each strategy, with all that it can have. */
export const sampleSpecs: Readonly<Record<string, RolloutSpecInput>> = {
  canary: {
    hooks,
    strategy: {
      canary: {
        steps: [
          { setHeaderRoute: { header: "x-canary", value: "yes" } },
          { setWeight: 5 },
          { pause: { untilRequestsPerArm: 20 } },
          { setMirrorRoute: { percentage: 10 } },
          { setWeight: 60 },
          { analysis: {} },
          { setMirrorRoute: { percentage: 0 } },
          { setHeaderRoute: {} },
          { approval: {} },
          { pause: { duration: "3s" } },
        ],
        postPromotionAnalysis: { duration: "20s" },
      },
    },
  },
  shortCanary: { strategy: { canary: { steps: [{ setWeight: 20 }, { pause: { duration: "1s" } }] } } },
  blueGreen: {
    hooks,
    strategy: {
      blueGreen: {
        previewMatch: { header: "x-preview", value: "1" },
        smokeTests: [
          { name: "home", path: "/" },
          { name: "login", path: "/login" },
        ],
        autoPromotion: false,
        prePromotionAnalysis: {},
        postPromotionAnalysis: { duration: "20s" },
        scaleDownDelay: "10s",
      },
    },
  },
  rolling: { hooks, strategy: { rolling: { maxSurge: 1, maxUnavailable: 0 } } },
  rollingWithoutSurge: { hooks, strategy: { rolling: { maxSurge: 0, maxUnavailable: 1 } } },
  abTest: {
    hooks,
    strategy: {
      abTest: {
        primaryMetric: "sales",
        variants: [
          { name: "old", weight: 30, revision: "stable" },
          { name: "new", weight: 30, revision: "candidate" },
        ],
      },
    },
  },
}
