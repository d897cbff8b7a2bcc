// What one says of oneself: pictures, name, words, fields, and how one is found and followed.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { ApiError } from "../../api/api-error.ts"
import type { CredentialAccount } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { memberKey, useApi, useInstance, useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { PageBody } from "../../shell/page.tsx"
import { Button } from "../../ui/button.tsx"
import { Checkbox } from "../../ui/checkbox.tsx"
import { errorWords } from "../../ui/error-words.ts"
import { Field, TextArea } from "../../ui/field.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useToast } from "../../ui/toast.tsx"
import { characterCount } from "../compose/character-count.ts"
import { accountLink } from "../post/post-paths.ts"
import { EditFields } from "./edit-fields.tsx"
import { EditPictures, PictureWords } from "./edit-pictures.tsx"
import { formOf, isSame, problemsOf, profileBody, serverProblems, usualLimits } from "./profile-form.ts"
import type { NewPictures, ProfileForm, ProfileLimits } from "./profile-form.ts"
import { accountKey } from "./profile-query.ts"

export function EditProfilePage() {
  const t = useT()
  const member = useMember()
  return (
    <>
      <PageHeader title={t("profile.edit.title")} />
      {member ? <Edit member={member} /> : <SkeletonList of="accounts" count={4} />}
    </>
  )
}

export interface EditProps {
  readonly form: ProfileForm
  readonly onChange: (change: Partial<ProfileForm>) => void
  /** In words, by control. */
  readonly problems: Readonly<Record<string, string>>
  readonly limits: ProfileLimits
}

function Edit({ member }: { readonly member: CredentialAccount }) {
  const t = useT()
  const limits = useLimits()
  const [began] = useState(() => formOf(member))
  const [form, setForm] = useState(began)
  const [pictures, setPictures] = useState<NewPictures>({})
  const save = useSaveProfile(member)
  const problems = useProblems(form, limits, save.error)
  const onChange = (change: Partial<ProfileForm>) => setForm((now) => ({ ...now, ...change }))
  const isChanged = !isSame(form, began) || Object.keys(pictures).length > 0
  const edit: EditProps = { form, onChange, problems: problems.byControl, limits }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (problems.mayBeSent) save.mutate({ form, pictures })
      }}
    >
      <EditPictures member={member} pictures={pictures} onPictures={setPictures} problems={edit.problems} />
      <PageBody>
        <div className="flex flex-col gap-6">
          <Words {...edit} />
          <EditFields {...edit} />
          <PictureWords form={form} onChange={onChange} />
          <Standing form={form} onChange={onChange} />
        </div>
      </PageBody>
      <div className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 flex items-center justify-end gap-3 border-t bg-surface px-4 py-3 rail:bottom-0 rail:px-6">
        <p role="alert" className="min-w-0 flex-1 text-15 text-danger">
          {problems.general}
        </p>
        <Button
          type="submit"
          look="primary"
          busy={save.isPending}
          disabled={!isChanged || !problems.mayBeSent}
        >
          {t("profile.edit.save")}
        </Button>
      </div>
    </form>
  )
}

function useLimits(): ProfileLimits {
  const accounts = useInstance()?.configuration.accounts
  return {
    ...usualLimits,
    fields: accounts?.max_profile_fields ?? usualLimits.fields,
    fieldName: accounts?.profile_field_name_limit ?? usualLimits.fieldName,
    fieldValue: accounts?.profile_field_value_limit ?? usualLimits.fieldValue,
  }
}

/** What is wrong where: what can be known beforehand, and what the server said to the last attempt. */
function useProblems(form: ProfileForm, limits: ProfileLimits, thrown: unknown) {
  const t = useT()
  const own = problemsOf(form, limits)
  const error = thrown === null ? undefined : ApiError.from(thrown)
  const told = error?.kind === "refused" ? serverProblems(error.message) : {}
  const byControl: Record<string, string> = { ...told }
  for (const [control, problem] of Object.entries(own)) byControl[control] = t(`profile.problem.${problem}`)
  const general = error && Object.keys(told).length === 0 ? generalWords(error) : undefined
  function generalWords({ kind, message }: ApiError): string {
    return kind === "refused" ? message : t(errorWords(kind).title)
  }
  return { byControl, general, mayBeSent: Object.keys(own).length === 0 }
}

function useSaveProfile(member: CredentialAccount) {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const navigate = useNavigate()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ form, pictures }: { form: ProfileForm; pictures: NewPictures }) =>
      api.patch<CredentialAccount>("/api/v1/accounts/update_credentials", {
        body: profileBody(form, pictures),
      }),
    onSuccess(now) {
      queries.setQueryData(memberKey, now)
      queries.setQueryData(accountKey(now.acct), now)
      // The name and the picture stand at every post of theirs.
      void queries.invalidateQueries({ queryKey: ["timeline"] })
      toast({ text: t("profile.edit.saved") })
      void navigate(accountLink(member))
    },
  })
}

function Words({ form, onChange, problems, limits }: EditProps) {
  const t = useT()
  return (
    <>
      <Field
        label={t("profile.edit.name")}
        value={form.name}
        dir="auto"
        autoComplete="nickname"
        aside={<Left of={limits.name} text={form.name} />}
        problem={problems.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <TextArea
        label={t("profile.edit.note")}
        hint={t("profile.edit.note.hint")}
        value={form.note}
        dir="auto"
        aside={<Left of={limits.note} text={form.note} />}
        problem={problems.note}
        onChange={(event) => onChange({ note: event.target.value })}
      />
    </>
  )
}

function Left({ of, text }: { readonly of: number; readonly text: string }) {
  const left = of - characterCount(text.trim())
  return <span className={`text-13 tabular-nums ${left < 0 ? "text-danger" : "text-quiet"}`}>{left}</span>
}

function Standing({ form, onChange }: Pick<EditProps, "form" | "onChange">) {
  const t = useT()
  return (
    <fieldset>
      <legend className="mb-1 text-18 font-strong">{t("profile.edit.standing")}</legend>
      <Checkbox
        label={t("profile.edit.locked")}
        hint={t("profile.edit.locked.hint")}
        checked={form.locked}
        onChange={(locked) => onChange({ locked })}
      />
      <Checkbox
        label={t("profile.edit.discoverable")}
        hint={t("profile.edit.discoverable.hint")}
        checked={form.discoverable}
        onChange={(discoverable) => onChange({ discoverable })}
      />
      <Checkbox
        label={t("profile.edit.collections")}
        hint={t("profile.edit.collections.hint")}
        checked={form.hideCollections}
        onChange={(hideCollections) => onChange({ hideCollections })}
      />
      <Checkbox
        label={t("profile.edit.bot")}
        hint={t("profile.edit.bot.hint")}
        checked={form.bot}
        onChange={(bot) => onChange({ bot })}
      />
    </fieldset>
  )
}
