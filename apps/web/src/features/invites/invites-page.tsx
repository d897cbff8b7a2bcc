// Invites: a link for whom one would like to have here, and those that were made.

import { useState } from "react"
import { useIntl } from "react-intl"
import { ApiError } from "../../api/api-error.ts"
import type { Invite } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { CopyButton } from "../../ui/copy-button.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Select } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { SettingsSection } from "../settings/settings-section.tsx"
import { SettingsSkeleton } from "../settings/settings-skeleton.tsx"
import { InviteLink, inviteUrl } from "./invite-link.tsx"
import { useCreateInvite, useInvites, useRevokeInvite } from "./invites.ts"

const DAY = 86_400

export function InvitesPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("invites.title")} />
      <SettingsSection title={t("invites.new")} hint={t("invites.new.hint")}>
        <NewInvite />
      </SettingsSection>
      <SettingsSection title={t("invites.yours")}>
        <Invites />
      </SettingsSection>
    </>
  )
}

function NewInvite() {
  const t = useT()
  const create = useCreateInvite()
  const [uses, setUses] = useState("")
  const [ends, setEnds] = useState("")
  const [follow, setFollow] = useState(true)
  const refused = create.error && ApiError.from(create.error).code === "invite.not_allowed"
  const times = [1, 5, 10, 25, 100].map((count) => ({
    value: String(count),
    label: t("invites.uses.count", { count }),
  }))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate({
          max_uses: uses === "" ? undefined : Number(uses),
          expires_in: ends === "" ? undefined : Number(ends),
          follow_inviter: follow,
        })
      }}
    >
      <div className="grid grid-cols-1 gap-4 rail:grid-cols-2">
        <Select
          label={t("invites.uses")}
          value={uses}
          options={[{ value: "", label: t("invites.uses.any") }, ...times]}
          onChange={setUses}
        />
        <Select
          label={t("invites.ends")}
          value={ends}
          options={[
            { value: "", label: t("invites.ends.never") },
            { value: String(DAY), label: t("invites.ends.day") },
            { value: String(7 * DAY), label: t("invites.ends.week") },
            { value: String(30 * DAY), label: t("invites.ends.month") },
          ]}
          onChange={setEnds}
        />
      </div>
      <Checkbox label={t("invites.follow")} checked={follow} onChange={setFollow} />
      {refused ? (
        <p role="alert" className="text-15 text-quiet">
          {t("invites.refused")}
        </p>
      ) : (
        <FormProblem error={create.error} />
      )}
      <Button type="submit" look="primary" className="self-start" busy={create.isPending}>
        {t("invites.create")}
      </Button>
      {create.data && <InviteLink invite={create.data} />}
    </form>
  )
}

function Invites() {
  const t = useT()
  const { data, error, refetch } = useInvites()
  if (error && !data) return <ErrorState compact error={error} onRetry={() => void refetch()} />
  if (!data) return <SettingsSkeleton />
  if (data.length === 0) return <p className="text-15 text-quiet">{t("invites.none")}</p>
  return (
    <ul>
      {data.map((invite) => (
        <li key={invite.id} className="border-b py-3.5 last:border-b-0">
          <InviteRow invite={invite} />
        </li>
      ))}
    </ul>
  )
}

function InviteRow({ invite }: { readonly invite: Invite }) {
  const t = useT()
  const intl = useIntl()
  const revoke = useRevokeInvite()
  const left = invite.max_uses === null ? undefined : invite.max_uses - invite.uses
  const facts = [
    t("invites.used", { count: invite.uses }),
    ...(invite.usable && left !== undefined ? [t("invites.left", { count: left })] : []),
    ...(invite.usable && invite.expires_at !== null
      ? [t("invites.until", { date: intl.formatDate(invite.expires_at, { dateStyle: "medium" }) })]
      : []),
  ]
  return (
    <>
      <p
        dir="ltr"
        className={invite.usable ? "text-15 wrap-anywhere" : "text-15 wrap-anywhere text-quiet line-through"}
      >
        {inviteUrl(invite).replace(/^https?:\/\//, "")}
      </p>
      <p className="mt-0.5 text-13 text-quiet">
        {[...(invite.usable ? [] : [t("invites.over")]), ...facts].join(" · ")}
      </p>
      {invite.usable && (
        <div className="mt-2 flex flex-wrap gap-2">
          <CopyButton text={inviteUrl(invite)} size="small" />
          <Button size="small" look="quiet" busy={revoke.isPending} onClick={() => revoke.mutate(invite.id)}>
            {t("invites.revoke")}
          </Button>
        </div>
      )}
    </>
  )
}
