// The community's name, what it is, and whom to ask.

import { useT } from "../../intl/translate.ts"
import { Field, TextArea } from "../../ui/field.tsx"
import type { CommunityFormProps } from "./community-form.ts"

const MOST_DESCRIPTION = 1_500

export function IdentityForm({ settings, onChange }: CommunityFormProps) {
  const t = useT()
  const fixed = (name: string) => settings.fixed.includes(name)
  const hint = (name: string, words?: string) => (fixed(name) ? t("community.fixed") : words)
  return (
    <div className="flex flex-col gap-5">
      <Field
        label={t("community.name")}
        value={settings.title}
        maxLength={100}
        required
        disabled={fixed("title")}
        hint={hint("title")}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <TextArea
        label={t("community.description")}
        value={settings.description}
        maxLength={MOST_DESCRIPTION}
        disabled={fixed("description")}
        hint={hint("description", t("community.description.hint"))}
        onChange={(event) => onChange({ description: event.target.value })}
      />
      <Field
        label={t("community.contact")}
        type="email"
        autoComplete="email"
        value={settings.contact_email}
        maxLength={250}
        disabled={fixed("contact_email")}
        hint={hint("contact_email", t("community.contact.hint"))}
        onChange={(event) => onChange({ contact_email: event.target.value })}
      />
    </div>
  )
}
