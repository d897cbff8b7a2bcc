// Before anything runs: the gates must be open, and whoever has a `pre` hook may deny. Nothing has been touched yet, so whatever
// ends here ends at once.

import { refuse } from "../go-back.ts"
import type { Phase } from "../phase.ts"
import { nothing } from "../phase.ts"
import { change, emit, enter } from "../rollout-state.ts"
import { questionsOf } from "./questions.ts"

export const gated: Phase = {
  text: "Waits until the error budget, the alerts and the calendar let it begin.",
  exits: { asking: "every gate is open, or somebody promotes over them", ended: "aborted" },
  advance({ state, measured }) {
    const { blockedBy } = measured.gates
    if (blockedBy.length > 0 && !state.skips.includes("gated"))
      return { wait: `waits for its gates: ${blockedBy.join("; ")}` }
    return { next: enter(state, "asking", "the gates are open") }
  },
  wanted: () => nothing,
}

export const asking: Phase = {
  text: "Asks the `pre` hooks, which may deny.",
  exits: {
    preparing: "nobody denies",
    ended: "a hook denies or cannot be asked, or aborted",
  },
  advance(context) {
    const { state, measured } = context
    for (const { id, label } of questionsOf(context, "pre")) {
      const result = measured.tasks[id]
      if (!result || result.state === "running") return { wait: `asks ${label}` }
      if (result.state === "passed") continue
      const reason = `${label} did not let it begin: ${result.reason}`
      return { next: refuse(state, { kind: "failed", by: "hook", reason }) }
    }
    const started = emit(change(state, {}), "rollout.started", {
      text: `${context.rollout.to} is rolled out`,
      to: context.rollout.to,
      from: context.rollout.from,
    })
    return { next: enter(started, "preparing", "its instances are started") }
  },
  wanted: (context) => ({ ...nothing, questions: questionsOf(context, "pre") }),
}
