// Account: the address, and the end of the account.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"
import { useState } from "react"
import { useIntl } from "react-intl"
import type { OwnAccount } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useClient, useInstance } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Field } from "../../ui/field.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { PasswordField } from "../../ui/password-field.tsx"
import { useToast } from "../../ui/toast.tsx"
import { ACCOUNT_PATH, ownAccountKey, ownAccountQuery } from "./own-account.ts"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

export function AccountPage() {
  const t = useT()
  const { data, error, refetch, isFetching } = useQuery(ownAccountQuery(useApi()))
  return (
    <>
      <PageHeader title={t("settings.account.title")} />
      {data && <Account account={data} />}
      {!data && error && <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {!data && !error && <SettingsSkeleton />}
    </>
  )
}

function Account({ account }: { readonly account: OwnAccount }) {
  const t = useT()
  const intl = useIntl()
  const domain = useInstance()?.domain
  return (
    <>
      <SettingsSection title={t("settings.account.who")}>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-15">
          <dt className="text-quiet">{t("settings.account.handle")}</dt>
          <dd dir="ltr" className="min-w-0 wrap-anywhere">
            @{account.username}
            {domain !== undefined && <span className="text-quiet">@{domain}</span>}
          </dd>
          <dt className="text-quiet">{t("settings.account.joined")}</dt>
          <dd>{intl.formatDate(account.created_at, { dateStyle: "long" })}</dd>
        </dl>
      </SettingsSection>
      <SettingsSection title={t("settings.email")} hint={t("settings.email.hint")}>
        <EmailForm email={account.email} />
      </SettingsSection>
      <SettingsSection title={t("settings.delete")} hint={t("settings.delete.hint")}>
        <DeleteAccount account={account} />
      </SettingsSection>
    </>
  )
}

function EmailForm({ email }: { readonly email: string }) {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const [typed, setTyped] = useState(email)
  const [password, setPassword] = useState("")
  const change = useMutation({
    mutationFn: () =>
      api.post(`${ACCOUNT_PATH}/email`, { body: { current_password: password, email: typed.trim() } }),
    onSuccess() {
      queries.setQueryData<OwnAccount>(
        ownAccountKey,
        (before) => before && { ...before, email: typed.trim() },
      )
      setPassword("")
      toast({ text: t("settings.email.changed") })
    },
  })
  const differs = typed.trim() !== email && typed.trim() !== ""
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      <Field
        label={t("settings.email.address")}
        type="email"
        autoComplete="email"
        required
        maxLength={250}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {differs && (
        <>
          <PasswordField
            label={t("settings.password.current")}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <FormProblem error={change.error} />
          <Button type="submit" look="primary" className="self-start" busy={change.isPending}>
            {t("settings.email.change")}
          </Button>
        </>
      )}
    </form>
  )
}

function DeleteAccount({ account }: { readonly account: OwnAccount }) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        {t("settings.delete.open")}
      </Button>
      {open && <DeleteDialog account={account} onClose={() => setOpen(false)} />}
    </>
  )
}

function DeleteDialog({ account, onClose }: { readonly account: OwnAccount; readonly onClose: () => void }) {
  const t = useT()
  const { api, session } = useClient()
  const router = useRouter()
  const toast = useToast()
  const [password, setPassword] = useState("")
  const [code, setCode] = useState("")
  const asksCode = account.second_factor.totp
  const remove = useMutation({
    mutationFn: () =>
      api.post(`${ACCOUNT_PATH}/delete`, {
        body: { current_password: password, ...(asksCode ? { code: code.trim() } : {}) },
      }),
    async onSuccess() {
      await router.navigate({ to: "/" })
      session.clear()
      toast({ text: t("settings.delete.done") })
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("settings.delete.title", { name: `@${account.username}` })}
      description={t("settings.delete.text")}
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          remove.mutate()
        }}
      >
        <PasswordField
          label={t("settings.password.current")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {asksCode && (
          <Field
            label={t("settings.code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
        <FormProblem error={remove.error} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {t("settings.delete.confirm")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
