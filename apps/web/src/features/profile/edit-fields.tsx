// The small table of a profile: a few labels with what belongs to them.

import { ArrowDown, ArrowUp, Plus, X } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { Field } from "../../ui/field.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { moved } from "../compose/move.ts"
import type { EditProps } from "./edit-profile-page.tsx"

export function EditFields({ form, onChange, problems, limits }: EditProps) {
  const t = useT()
  const { fields } = form
  const set = (place: number, change: Partial<ProfileRow>) =>
    onChange({ fields: fields.map((field, at) => (at === place ? { ...field, ...change } : field)) })
  return (
    <fieldset>
      <legend className="text-18 font-strong">{t("profile.edit.fields")}</legend>
      <p className="mb-3 text-15 text-quiet">{t("profile.edit.fields.hint")}</p>
      <ul className="flex flex-col gap-3">
        {fields.map((field, place) => (
          // Rows keep their place while they are typed into.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={place} className="rounded-12 border p-3">
            <div className="grid gap-3 rail:grid-cols-[2fr_3fr]">
              <Field
                label={t("profile.edit.field.name", { place: place + 1 })}
                value={field.name}
                dir="auto"
                problem={problems[`fields.${place}.name`]}
                onChange={(event) => set(place, { name: event.target.value })}
              />
              <Field
                label={t("profile.edit.field.value", { place: place + 1 })}
                value={field.value}
                dir="auto"
                problem={problems[`fields.${place}.value`]}
                onChange={(event) => set(place, { value: event.target.value })}
              />
            </div>
            <div className="-mb-1 flex justify-end">
              <IconButton
                label={t("profile.edit.field.up", { place: place + 1 })}
                icon={<ArrowUp size={18} aria-hidden />}
                disabled={place === 0}
                onClick={() => onChange({ fields: moved(fields, place, -1) })}
              />
              <IconButton
                label={t("profile.edit.field.down", { place: place + 1 })}
                icon={<ArrowDown size={18} aria-hidden />}
                disabled={place === fields.length - 1}
                onClick={() => onChange({ fields: moved(fields, place, 1) })}
              />
              <IconButton
                label={t("profile.edit.field.remove", { place: place + 1 })}
                icon={<X size={18} aria-hidden />}
                onClick={() => onChange({ fields: fields.filter((_, at) => at !== place) })}
              />
            </div>
          </li>
        ))}
      </ul>
      {fields.length < limits.fields && (
        <Button
          size="small"
          className="mt-3"
          icon={<Plus size={17} aria-hidden />}
          onClick={() => onChange({ fields: [...fields, { name: "", value: "" }] })}
        >
          {t("profile.edit.field.add")}
        </Button>
      )}
    </fieldset>
  )
}

type ProfileRow = EditProps["form"]["fields"][number]
