// Posting: how posts are written by default. Kept at the server, so that every app begins with it.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useIntl } from "react-intl"
import type { CredentialAccount, Visibility } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { memberKey, useApi, useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Select } from "../../ui/field.tsx"
import { RadioGroup } from "../../ui/radio-group.tsx"
import { Switch } from "../../ui/switch.tsx"
import { useToast } from "../../ui/toast.tsx"
import { languages } from "../compose/languages.ts"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

export function PostingPage() {
  const t = useT()
  const member = useMember()
  return (
    <>
      <PageHeader title={t("settings.posting.title")} />
      {member ? <Defaults source={member.source} /> : <SettingsSkeleton />}
    </>
  )
}

type Source = CredentialAccount["source"]
type Change = Partial<Pick<Source, "privacy" | "sensitive" | "language">>

function Defaults({ source }: { readonly source: Source }) {
  const t = useT()
  const { locale } = useIntl()
  const change = useChangeDefaults()
  const audiences: readonly { value: Visibility; label: string; hint: string }[] = [
    { value: "public", label: t("settings.audience.public"), hint: t("settings.audience.public.hint") },
    { value: "unlisted", label: t("settings.audience.unlisted"), hint: t("settings.audience.unlisted.hint") },
    { value: "private", label: t("settings.audience.private"), hint: t("settings.audience.private.hint") },
  ]
  const known = languages(locale, navigator.languages).map(({ tag, name }) => ({ value: tag, label: name }))
  return (
    <>
      <SettingsSection title={t("settings.audience")} hint={t("settings.audience.hint")}>
        <RadioGroup
          label={t("settings.audience.label")}
          value={source.privacy}
          options={audiences}
          onChange={(privacy) => change({ privacy })}
        />
      </SettingsSection>
      <SettingsSection title={t("settings.posting.more")}>
        <Select
          label={t("settings.posting.language")}
          hint={t("settings.posting.language.hint")}
          value={source.language ?? ""}
          options={[{ value: "", label: t("settings.posting.language.client") }, ...known]}
          onChange={(language) => change({ language })}
        />
        <div className="mt-3">
          <Switch
            label={t("settings.posting.sensitive")}
            hint={t("settings.posting.sensitive.hint")}
            checked={source.sensitive}
            onChange={(sensitive) => change({ sensitive })}
          />
        </div>
      </SettingsSection>
    </>
  )
}

function useChangeDefaults() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const { mutate } = useMutation({
    mutationFn: (source: Change) =>
      api.patch<CredentialAccount>("/api/v1/accounts/update_credentials", { body: { source } }),
    onMutate(source) {
      const before = queries.getQueryData<CredentialAccount>(memberKey)
      if (before) queries.setQueryData(memberKey, { ...before, source: { ...before.source, ...source } })
      return { before }
    },
    onSuccess(member) {
      queries.setQueryData(memberKey, member)
      void queries.invalidateQueries({ queryKey: ["preferences"] })
    },
    onError(error, _source, context) {
      queries.setQueryData(memberKey, context?.before)
      toast({ tone: "failure", text: failureWords(error, t) })
    },
  })
  return mutate
}
