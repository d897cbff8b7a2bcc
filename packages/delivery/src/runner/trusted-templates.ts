// Templates that declare a `backtest` must have been right about the healthy releases of the past before they judge a new one. Where
// there are too few of those nothing speaks against a template: it judges, and the deployment says that it was not tried. Refusing
// it would keep a new service from ever getting a history.

import { requireBacktest } from "../analysis/backtest.ts"
import type { TemplateBacktest } from "../analysis/record-work.ts"
import type { AnalysisTemplate } from "../analysis/template-schema.ts"

/** Fails with `analysis.template_untrusted`. */
export async function requireTrusted(
  given: {
    readonly templates: readonly AnalysisTemplate[]
    readonly backtest: (template: AnalysisTemplate) => Promise<TemplateBacktest>
  },
  onProgress: (text: string) => void,
): Promise<void> {
  for (const template of given.templates) {
    if (!template.backtest) continue
    const { name } = template
    onProgress(`trying the template ${name} on releases that were healthy`)
    const { result, releases, neededReleases, unseen } = await given.backtest(template)
    if (unseen.length > 0) onProgress(`${name}: nothing was ever measured of ${unseen.join(", ")}`)
    if (!result) {
      onProgress(
        `${name} was not tried: there are records of ${releases} healthy releases, and it needs ${neededReleases}`,
      )
      continue
    }
    requireBacktest(name, result)
  }
}
