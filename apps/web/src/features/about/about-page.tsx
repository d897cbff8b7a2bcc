// About the community: what it is, who runs it, its rules, and what it runs on.

import { useQuery } from "@tanstack/react-query"
import type { ReactNode } from "react"
import { useIntl } from "react-intl"
import type { RegistrationMode } from "../../api/aviary-entities.ts"
import type { Instance } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { instanceQuery, useApi, useIsSignedIn } from "../../session/client-context.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { useSetupState } from "../community/setup-state.ts"
import { AccountRow } from "../people/account-row.tsx"
import { Banner } from "./banner.tsx"
import { useFigures } from "./community-figures.ts"

export function AboutPage() {
  const t = useT()
  const { data, error, isFetching, refetch } = useQuery(instanceQuery(useApi()))
  return (
    <>
      <PageHeader title={t("about.title")} />
      {data && <About instance={data} />}
      {!data && error && <ErrorState error={error} busy={isFetching} onRetry={() => void refetch()} />}
      {!data && !error && <SkeletonList of="posts" count={2} />}
    </>
  )
}

function About({ instance }: { readonly instance: Instance }) {
  const t = useT()
  const { rules, contact } = instance
  return (
    <>
      <Banner instance={instance} className="h-32 rail:h-48" />
      <div className="px-4 py-6 rail:px-6">
        <h2 dir="auto" className="text-28 font-strong tracking-tight text-balance wrap-anywhere">
          {instance.title}
        </h2>
        {instance.description !== "" && (
          <p dir="auto" className="mt-2 text-16 whitespace-pre-line text-pretty wrap-anywhere">
            {instance.description}
          </p>
        )}
        <CommunityNumbers instance={instance} />
      </div>
      {(contact.account || contact.email !== "") && (
        <Part title={t("about.contact")}>
          {contact.account && (
            <div className="-mx-4 [&>*]:border-b-0 rail:-mx-2">
              <AccountRow account={contact.account} />
            </div>
          )}
          {contact.email !== "" && (
            <a href={`mailto:${contact.email}`} className="text-15 text-accent hover:underline">
              {t("about.contact.email", { email: contact.email })}
            </a>
          )}
        </Part>
      )}
      <Part title={t("about.rules")}>
        {rules.length === 0 ? (
          <p className="text-15 text-quiet">{t("about.rules.none")}</p>
        ) : (
          <ol className="flex flex-col gap-3">
            {rules.map(({ id, text }, place) => (
              <li key={id} className="flex gap-3">
                <span
                  aria-hidden
                  className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-13 font-strong text-accent"
                >
                  {place + 1}
                </span>
                <span dir="auto" className="min-w-0 flex-1 pt-0.5 whitespace-pre-line wrap-anywhere">
                  {text}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Part>
      <Joining />
      <Part title={t("about.software")}>
        <p className="text-15">{t("about.software.text", { version: softwareVersion(instance.version) })}</p>
        <p className="mt-2 text-15">
          <Message
            id="about.software.app"
            values={{
              domain: (
                <bdi key="domain" dir="ltr" className="font-strong select-all">
                  {instance.domain}
                </bdi>
              ),
            }}
          />
        </p>
      </Part>
    </>
  )
}

/** `4.5.0 (compatible; Aviary 0.1.0)` → `0.1.0`. */
function softwareVersion(version: string): string {
  return /Aviary ([\w.-]+)/.exec(version)?.[1] ?? version
}

export function CommunityNumbers({ instance }: { readonly instance: Instance }) {
  const t = useT()
  const intl = useIntl()
  const figures = useFigures()
  const numbers = [
    { value: figures?.user_count, label: t("about.members", { count: figures?.user_count ?? 0 }) },
    { value: figures?.status_count, label: t("about.posts", { count: figures?.status_count ?? 0 }) },
    { value: instance.usage.users.active_month, label: t("about.active") },
  ]
  return (
    <dl className="mt-5 flex flex-wrap gap-x-7 gap-y-2">
      {numbers.map(({ value, label }) => (
        <div key={label} className="flex flex-col-reverse">
          <dt className="text-13 text-quiet">{label}</dt>
          <dd className="text-22 font-strong tabular-nums">
            {value === undefined
              ? "–"
              : intl.formatNumber(value, { notation: value < 10_000 ? "standard" : "compact" })}
          </dd>
        </div>
      ))}
    </dl>
  )
}

const joiningWords: Readonly<Record<RegistrationMode, MessageId>> = {
  open: "about.joining.open",
  approval: "about.joining.approval",
  invite: "about.joining.invite",
  closed: "about.joining.closed",
}

function Joining() {
  const t = useT()
  const signedIn = useIsSignedIn()
  const mode = useSetupState()?.registrations
  if (mode === undefined) return null
  return (
    <Part title={t("about.joining")}>
      <p className="text-15">{t(joiningWords[mode])}</p>
      {!signedIn && mode !== "closed" && (
        <ButtonLink to="/sign-up" look="primary" className="mt-4">
          {t("shell.sign-up")}
        </ButtonLink>
      )}
    </Part>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="border-t px-4 py-6 rail:px-6">
      <h2 className="mb-3 text-18 font-strong tracking-tight">{title}</h2>
      {children}
    </section>
  )
}
