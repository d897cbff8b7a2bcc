// Sessions and apps: everything that is let in to the account, each with a way to put it out.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { AppWindow, MonitorSmartphone } from "lucide-react"
import { useState } from "react"
import type { ReactNode } from "react"
import type { AuthorisedApp, BrowserSession } from "../../api/aviary-entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { useSignOut } from "../../shell/account-menu.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { Button } from "../../ui/button.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { failureWords } from "../../ui/failure-words.ts"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { useToast } from "../../ui/toast.tsx"
import { browserName } from "./browser-name.ts"
import { ACCOUNT_PATH } from "./own-account.ts"
import { SettingsSection } from "./settings-section.tsx"
import { SettingsSkeleton } from "./settings-skeleton.tsx"

export function SessionsPage() {
  const t = useT()
  return (
    <>
      <PageHeader title={t("settings.sessions.title")} />
      <SettingsSection title={t("settings.apps")} hint={t("settings.apps.hint")}>
        <Apps />
      </SettingsSection>
      <SettingsSection title={t("settings.browsers")} hint={t("settings.browsers.hint")}>
        <Browsers />
      </SettingsSection>
    </>
  )
}

function Apps() {
  const t = useT()
  const signOut = useSignOut()
  const { list, revoke } = useAccesses<AuthorisedApp>("apps")
  const [asking, setAsking] = useState<AuthorisedApp>()
  if (list.error && !list.data)
    return <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
  if (!list.data) return <SettingsSkeleton />
  return (
    <>
      <ul className="flex flex-col">
        {list.data.map((app) => (
          <Row
            key={app.id}
            icon={<AppWindow size={20} aria-hidden />}
            name={<bdi>{app.name}</bdi>}
            mark={app.current ? t("settings.apps.current") : undefined}
            used={app.last_used_at}
            action={
              <Button
                size="small"
                aria-label={
                  app.current ? t("shell.sign-out") : t("settings.apps.revoke.name", { name: app.name })
                }
                onClick={() => (app.current ? void signOut() : setAsking(app))}
              >
                {app.current ? t("shell.sign-out") : t("settings.apps.revoke")}
              </Button>
            }
          />
        ))}
      </ul>
      <ConfirmDialog
        open={asking !== undefined}
        title={t("settings.apps.ask", { name: asking?.name ?? "" })}
        text={t("settings.apps.ask.text")}
        confirm={t("settings.apps.revoke")}
        danger
        busy={revoke.isPending}
        onConfirm={() => {
          if (asking) revoke.mutate(`/${asking.id}`, { onSettled: () => setAsking(undefined) })
        }}
        onClose={() => setAsking(undefined)}
      />
    </>
  )
}

function Browsers() {
  const t = useT()
  const { list, revoke } = useAccesses<BrowserSession>("sessions")
  if (list.error && !list.data)
    return <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
  if (!list.data) return <SettingsSkeleton />
  if (list.data.length === 0) return <p className="text-15 text-quiet">{t("settings.browsers.none")}</p>
  return (
    <>
      <ul className="flex flex-col">
        {list.data.map((session) => {
          const name = browserName(session.user_agent) ?? t("settings.browsers.unknown")
          return (
            <Row
              key={session.id}
              icon={<MonitorSmartphone size={20} aria-hidden />}
              name={name}
              used={session.last_used_at}
              action={
                <Button
                  size="small"
                  aria-label={t("settings.browsers.end.name", { name })}
                  onClick={() => revoke.mutate(`/${session.id}`)}
                >
                  {t("shell.sign-out")}
                </Button>
              }
            />
          )
        })}
      </ul>
      {list.data.length > 1 && (
        <Button className="mt-3" busy={revoke.isPending} onClick={() => revoke.mutate("")}>
          {t("settings.browsers.end-all")}
        </Button>
      )}
    </>
  )
}

interface RowProps {
  readonly icon: ReactNode
  readonly name: ReactNode
  readonly mark?: string | undefined
  readonly used: string | null
  readonly action: ReactNode
}

function Row({ icon, name, mark, used, action }: RowProps) {
  const t = useT()
  return (
    <li className="flex min-h-16 items-center gap-3.5 border-b py-2.5 last:border-b-0">
      <span className="shrink-0 text-quiet">{icon}</span>
      <div className="min-w-0 flex-1 text-15">
        <p className="truncate font-medium">{name}</p>
        <p className="text-13 text-quiet">
          {mark ??
            (used === null ? (
              t("settings.used.never")
            ) : (
              <>
                {t("settings.used")} <RelativeTime date={used} />
              </>
            ))}
        </p>
      </div>
      {action}
    </li>
  )
}

/** Reads a list of accesses and takes them back: one by `/ID`, or all by nothing. */
function useAccesses<T>(of: "apps" | "sessions") {
  const t = useT()
  const api = useApi()
  const queries = useQueryClient()
  const toast = useToast()
  const path = `${ACCOUNT_PATH}/${of}`
  const key = ["accesses", of] as const
  const list = useQuery({ queryKey: key, queryFn: ({ signal }) => api.get<T[]>(path, { signal }) })
  const revoke = useMutation({
    mutationFn: (which: string) => api.send("DELETE", `${path}${which}`),
    onSuccess: () => toast({ text: t("settings.revoked") }),
    onError: (error) => toast({ tone: "failure", text: failureWords(error, t) }),
    onSettled: () => queries.invalidateQueries({ queryKey: key }),
  })
  return { list, revoke }
}
