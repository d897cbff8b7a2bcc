// The community's settings, for its owner and admins: what the set-up asked, to be changed at any time.

import { useState } from "react"
import type { ComponentType } from "react"
import type { CommunitySettings } from "../../api/aviary-entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { useToast } from "../../ui/toast.tsx"
import { SettingsSection } from "../settings/settings-section.tsx"
import { SettingsSkeleton } from "../settings/settings-skeleton.tsx"
import { withChange } from "./community-form.ts"
import type { CommunityFormProps } from "./community-form.ts"
import { useChangeCommunity, useCommunitySettings } from "./community-settings.ts"
import type { CommunityChange } from "./community-settings.ts"
import { IdentityForm } from "./identity-form.tsx"
import { JoiningForm } from "./joining-form.tsx"
import { LookForm } from "./look-form.tsx"
import { RulesForm, writtenRules } from "./rules-form.tsx"

export function CommunityPage() {
  const t = useT()
  const { data, error, refetch, isFetching } = useCommunitySettings()
  return (
    <>
      <PageHeader title={t("community.title")} />
      {data && (
        <>
          <Part title="community.identity" settings={data} form={IdentityForm} />
          <Part title="community.look" settings={data} form={LookForm} />
          <Part title="community.joining" settings={data} form={JoiningForm} />
          <Part title="community.rules" hint="community.rules.hint" settings={data} form={RulesForm} />
        </>
      )}
      {!data && error && <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {!data && !error && <SettingsSkeleton />}
    </>
  )
}

interface PartProps {
  readonly title: MessageId
  readonly hint?: MessageId
  readonly settings: CommunitySettings
  readonly form: ComponentType<CommunityFormProps>
}

function Part({ title, hint, settings, form: Form }: PartProps) {
  const t = useT()
  const toast = useToast()
  const save = useChangeCommunity()
  const [change, setChange] = useState<CommunityChange>({})
  const isChanged = Object.keys(change).length > 0
  const submit = () =>
    save.mutate(
      { ...change, ...(change.rules ? { rules: writtenRules(change.rules) } : {}) },
      {
        onSuccess() {
          setChange({})
          toast({ text: t("ui.saved") })
        },
      },
    )
  return (
    <SettingsSection title={t(title)} {...(hint === undefined ? {} : { hint: t(hint) })}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Form
          settings={withChange(settings, change)}
          onChange={(next) => setChange((before) => ({ ...before, ...next }))}
        />
        <FormProblem error={save.error} />
        {isChanged && (
          <Button type="submit" look="primary" className="self-start" busy={save.isPending}>
            {t("ui.save")}
          </Button>
        )}
      </form>
    </SettingsSection>
  )
}
