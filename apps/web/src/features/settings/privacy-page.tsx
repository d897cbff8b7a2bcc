// Privacy: who may follow, and by whom and by what one is found.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { CredentialAccount } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { memberKey, useApi, useMember } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { Switch } from "../../ui/switch.tsx"
import { useToast } from "../../ui/toast.tsx"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

interface Reach {
  readonly locked: boolean
  readonly discoverable: boolean
  readonly indexable: boolean
  readonly hide_collections: boolean
}

export function PrivacyPage() {
  const t = useT()
  const member = useMember()
  return (
    <>
      <PageHeader title={t("settings.privacy.title")} />
      {member ? <ReachSettings reach={reachOf(member)} /> : <SettingsSkeleton />}
    </>
  )
}

function reachOf({ locked, source }: CredentialAccount): Reach {
  return {
    locked,
    discoverable: source.discoverable ?? false,
    indexable: source.indexable ?? false,
    hide_collections: source.hide_collections ?? false,
  }
}

function ReachSettings({ reach }: { readonly reach: Reach }) {
  const t = useT()
  const change = useChangeReach()
  return (
    <>
      <SettingsSection title={t("settings.followers")}>
        <Switch
          label={t("settings.followers.ask")}
          hint={t("settings.followers.ask.hint")}
          checked={reach.locked}
          onChange={(locked) => change({ locked })}
        />
        <Switch
          label={t("settings.followers.hide")}
          hint={t("settings.followers.hide.hint")}
          checked={reach.hide_collections}
          onChange={(hide_collections) => change({ hide_collections })}
        />
      </SettingsSection>
      <SettingsSection title={t("settings.found")}>
        <Switch
          label={t("settings.found.people")}
          hint={t("settings.found.people.hint")}
          checked={reach.discoverable}
          onChange={(discoverable) => change({ discoverable })}
        />
        <Switch
          label={t("settings.found.posts")}
          hint={t("settings.found.posts.hint")}
          checked={reach.indexable}
          onChange={(indexable) => change({ indexable })}
        />
      </SettingsSection>
    </>
  )
}

function useChangeReach() {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const { mutate } = useMutation({
    mutationFn: (change: Partial<Reach>) =>
      api.patch<CredentialAccount>("/api/v1/accounts/update_credentials", { body: { ...change } }),
    onMutate({ locked, ...inSource }) {
      const before = queries.getQueryData<CredentialAccount>(memberKey)
      if (before)
        queries.setQueryData(memberKey, {
          ...before,
          locked: locked ?? before.locked,
          source: { ...before.source, ...inSource },
        })
      return { before }
    },
    onSuccess: (member) => queries.setQueryData(memberKey, member),
    onError(error, _change, context) {
      queries.setQueryData(memberKey, context?.before)
      toast({ tone: "failure", text: failureWords(error, t) })
    },
  })
  return mutate
}
