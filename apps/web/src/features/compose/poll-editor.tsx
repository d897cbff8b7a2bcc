// The poll of a post that is being written.

import { Plus, X } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import type { MessageId } from "../../intl/en.ts"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { Select } from "../../ui/field.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import type { DraftPoll } from "./draft.ts"

interface PollEditorProps {
  readonly poll: DraftPoll
  readonly maxOptions: number
  readonly maxCharacters: number
  readonly onChange: (poll: DraftPoll | undefined) => void
}

const durations = {
  "300": "compose.poll.5m",
  "1800": "compose.poll.30m",
  "3600": "compose.poll.1h",
  "21600": "compose.poll.6h",
  "86400": "compose.poll.1d",
  "259200": "compose.poll.3d",
  "604800": "compose.poll.7d",
} as const satisfies Record<string, MessageId>

export function PollEditor({ poll, maxOptions, maxCharacters, onChange }: PollEditorProps) {
  const t = useT()
  const { options } = poll
  const setOption = (place: number, text: string) =>
    onChange({ ...poll, options: options.map((option, at) => (at === place ? text : option)) })
  return (
    <fieldset className="mt-3 rounded-12 border p-3">
      <div className="mb-2 flex items-center justify-between">
        <legend className="text-15 font-strong">{t("compose.poll")}</legend>
        <IconButton
          size="small"
          label={t("compose.poll.remove")}
          icon={<X size={18} aria-hidden />}
          onClick={() => onChange(undefined)}
        />
      </div>
      <div className="flex flex-col gap-2">
        {options.map((option, place) => (
          // Options keep their order while they are typed.
          // oxlint-disable-next-line react/no-array-index-key
          <div key={place} className="flex items-center gap-1">
            <input
              dir="auto"
              aria-label={t("compose.poll.option", { place: place + 1 })}
              placeholder={t("compose.poll.option", { place: place + 1 })}
              value={option}
              maxLength={maxCharacters}
              className="min-h-11 min-w-0 flex-1 rounded-8 border border-edge bg-surface px-3 text-16"
              onChange={(event) => setOption(place, event.target.value)}
            />
            {options.length > 2 && (
              <IconButton
                label={t("compose.poll.option.remove", { place: place + 1 })}
                icon={<X size={18} aria-hidden />}
                onClick={() => onChange({ ...poll, options: options.filter((_, at) => at !== place) })}
              />
            )}
          </div>
        ))}
      </div>
      {options.length < maxOptions && (
        <Button
          size="small"
          look="quiet"
          className="mt-2"
          icon={<Plus size={16} aria-hidden />}
          onClick={() => onChange({ ...poll, options: [...options, ""] })}
        >
          {t("compose.poll.add")}
        </Button>
      )}
      <div className="mt-3 grid items-end gap-x-4 gap-y-1 rail:grid-cols-2">
        <Select
          label={t("compose.poll.duration")}
          value={String(poll.expiresIn)}
          options={Object.entries(durations).map(([value, label]) => ({ value, label: t(label) }))}
          onChange={(value) => onChange({ ...poll, expiresIn: Number(value) })}
        />
        <div>
          <Checkbox
            label={t("compose.poll.multiple")}
            checked={poll.multiple}
            onChange={(multiple) => onChange({ ...poll, multiple })}
          />
          <Checkbox
            label={t("compose.poll.hide")}
            checked={poll.hideTotals}
            onChange={(hideTotals) => onChange({ ...poll, hideTotals })}
          />
        </div>
      </div>
    </fieldset>
  )
}
