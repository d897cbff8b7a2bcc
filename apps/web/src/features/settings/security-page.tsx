// Password and security: the password, and the second step of signing in.

import { useMutation, useQuery } from "@tanstack/react-query"
import { useState } from "react"
import type { OwnAccount } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { NewPasswordField } from "../../ui/new-password-field.tsx"
import { PasswordField } from "../../ui/password-field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { ACCOUNT_PATH, ownAccountQuery } from "./own-account.ts"
import { SecondFactorSection } from "./second-factor-section.tsx"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

export function SecurityPage() {
  const t = useT()
  const { data, error, refetch, isFetching } = useQuery(ownAccountQuery(useApi()))
  return (
    <>
      <PageHeader title={t("settings.security.title")} />
      {data && (
        <>
          <SettingsSection title={t("settings.password")} hint={t("settings.password.hint")}>
            <PasswordForm account={data} />
          </SettingsSection>
          <SecondFactorSection factor={data.second_factor} />
        </>
      )}
      {!data && error && <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {!data && !error && <SettingsSkeleton />}
    </>
  )
}

function PasswordForm({ account }: { readonly account: OwnAccount }) {
  const t = useT()
  const api = useApi()
  const toast = useToast()
  const [current, setCurrent] = useState("")
  const [chosen, setChosen] = useState("")
  const change = useMutation({
    mutationFn: () =>
      api.post(`${ACCOUNT_PATH}/password`, { body: { current_password: current, new_password: chosen } }),
    onSuccess() {
      setCurrent("")
      setChosen("")
      toast({ text: t("settings.password.changed") })
    },
  })
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      {/* Password managers take the name from here. */}
      <input type="text" hidden readOnly autoComplete="username" value={account.username} />
      <PasswordField
        label={t("settings.password.current")}
        autoComplete="current-password"
        required
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
      />
      <NewPasswordField
        label={t("settings.password.new")}
        ownWords={[account.username, account.email]}
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      />
      <FormProblem error={change.error} />
      <Button type="submit" look="primary" className="self-start" busy={change.isPending}>
        {t("settings.password.change")}
      </Button>
    </form>
  )
}
