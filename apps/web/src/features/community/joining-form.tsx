// Who can join, and who can invite.

import type { RegistrationMode } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { Select } from "../../ui/field.tsx"
import { Switch } from "../../ui/switch.tsx"
import type { CommunityFormProps } from "./community-form.ts"

export function JoiningForm({ settings, onChange }: CommunityFormProps) {
  const t = useT()
  const fixed = settings.fixed.includes("registrations")
  const modes: readonly { value: RegistrationMode; label: string; hint: string }[] = [
    { value: "open", label: t("community.joining.open"), hint: t("community.joining.open.hint") },
    { value: "approval", label: t("community.joining.approval"), hint: t("community.joining.approval.hint") },
    { value: "invite", label: t("community.joining.invite"), hint: t("community.joining.invite.hint") },
    { value: "closed", label: t("community.joining.closed"), hint: t("community.joining.closed.hint") },
  ]
  return (
    <div className="flex flex-col gap-5">
      <fieldset disabled={fixed}>
        <RadioGroup
          label={t("community.joining.label")}
          value={settings.registrations}
          options={modes}
          onChange={(registrations) => onChange({ registrations })}
        />
        {fixed && <p className="mt-1 text-13 text-quiet">{t("community.fixed")}</p>}
      </fieldset>
      {settings.registrations === "approval" && (
        <Switch
          label={t("community.joining.reason")}
          checked={settings.reason_required}
          disabled={settings.fixed.includes("reason_required")}
          onChange={(reason_required) => onChange({ reason_required })}
        />
      )}
      <Select
        label={t("community.invites")}
        value={settings.invites}
        disabled={settings.fixed.includes("invites")}
        options={[
          { value: "members", label: t("community.invites.members") },
          { value: "staff", label: t("community.invites.staff") },
        ]}
        onChange={(invites) => onChange({ invites })}
      />
    </div>
  )
}
