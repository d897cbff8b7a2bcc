// The rules, each a line of its own.

import { Plus, Trash2 } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { TextArea } from "../../ui/field.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import type { CommunityFormProps } from "./community-form.ts"

const MOST_RULES = 50

export function RulesForm({ settings, onChange }: CommunityFormProps) {
  const t = useT()
  const { rules } = settings
  const fixed = settings.fixed.includes("rules")
  const change = (next: readonly string[]) => onChange({ rules: next })
  const suggestions = [
    t("community.rules.suggest.kind"),
    t("community.rules.suggest.harm"),
    t("community.rules.suggest.warn"),
    t("community.rules.suggest.spam"),
  ]
  if (fixed) return <p className="text-15 text-quiet">{t("community.fixed")}</p>
  return (
    <div className="flex flex-col gap-4">
      {rules.map((rule, place) => (
        // Rules have no ids: their place is what they are.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={place} className="flex items-end gap-1">
          <div className="min-w-0 flex-1">
            <TextArea
              label={t("community.rules.rule", { number: place + 1 })}
              value={rule}
              maxLength={500}
              className="min-h-11"
              onChange={(event) => change(rules.with(place, event.target.value))}
            />
          </div>
          <IconButton
            label={t("community.rules.remove", { number: place + 1 })}
            icon={<Trash2 size={18} aria-hidden />}
            size="large"
            onClick={() => change(rules.toSpliced(place, 1))}
          />
        </div>
      ))}
      {rules.length === 0 && <Suggestions rules={suggestions} onTake={() => change(suggestions)} />}
      <div className="flex flex-wrap gap-2">
        {rules.length < MOST_RULES && (
          <Button icon={<Plus size={18} aria-hidden />} onClick={() => change([...rules, ""])}>
            {t("community.rules.add")}
          </Button>
        )}
      </div>
    </div>
  )
}

interface SuggestionsProps {
  readonly rules: readonly string[]
  readonly onTake: () => void
}

/** Read before they are taken. */
function Suggestions({ rules, onTake }: SuggestionsProps) {
  const t = useT()
  return (
    <div className="rounded-12 border bg-surface p-4">
      <ol className="flex list-decimal flex-col gap-2 ps-5 text-15 text-quiet marker:text-quiet">
        {rules.map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ol>
      <Button look="soft" className="mt-4" onClick={onTake}>
        {t("community.rules.suggest")}
      </Button>
    </div>
  )
}

/** Empty lines are no rules. Pure. */
export function writtenRules(rules: readonly string[]): string[] {
  return rules.map((rule) => rule.trim()).filter((rule) => rule !== "")
}
