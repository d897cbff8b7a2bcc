// The questions of a report that need nothing but what is known: what is wrong, which rules, and in whose words.

import type { Rule } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { Checkbox } from "../../ui/checkbox.tsx"
import { TextArea } from "../../ui/field.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { MOST_COMMENT, toggled } from "./report-draft.ts"
import type { ReportDraft, ReportReason } from "./report-draft.ts"

interface ChangeProps {
  readonly onChange: (change: Partial<ReportDraft>) => void
}

interface ReasonStepProps extends ChangeProps {
  readonly reason: ReportReason | undefined
  readonly hasRules: boolean
}

export function ReasonStep({ reason, hasRules, onChange }: ReasonStepProps) {
  const t = useT()
  const reasons: readonly ReportReason[] = hasRules ? ["spam", "violation", "other"] : ["spam", "other"]
  return (
    <RadioGroup<ReportReason | "">
      label={t("reports.reason")}
      value={reason ?? ""}
      options={reasons.map((value) => ({
        value,
        label: t(`reports.reason.${value}`),
        hint: t(`reports.reason.${value}.hint`),
      }))}
      onChange={(chosen) => chosen !== "" && onChange({ reason: chosen })}
    />
  )
}

interface RulesStepProps extends ChangeProps {
  readonly rules: readonly Rule[]
  readonly chosen: readonly string[]
}

export function RulesStep({ rules, chosen, onChange }: RulesStepProps) {
  const t = useT()
  return (
    <fieldset>
      <legend className="mb-1 text-15 font-medium">{t("reports.rules")}</legend>
      {rules.map(({ id, text }) => (
        <Checkbox
          key={id}
          label={<span dir="auto">{text}</span>}
          checked={chosen.includes(id)}
          onChange={(on) => onChange({ ruleIds: toggled(chosen, id, on) })}
        />
      ))}
    </fieldset>
  )
}

interface WordsStepProps extends ChangeProps {
  readonly name: string
  readonly comment: string
}

export function WordsStep({ name, comment, onChange }: WordsStepProps) {
  const t = useT()
  return (
    <TextArea
      label={t("reports.words")}
      hint={t("reports.words.hint", { name })}
      value={comment}
      maxLength={MOST_COMMENT}
      dir="auto"
      onChange={(event) => onChange({ comment: event.target.value })}
    />
  )
}
