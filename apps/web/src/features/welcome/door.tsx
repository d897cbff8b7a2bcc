// The community itself: picture, name, what it is, who is here, and the buttons.

import { useQuery } from "@tanstack/react-query"
import { useIntl } from "react-intl"
import type { Account, Instance, Tag } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useInstance } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { ButtonLink, PlainLink } from "../../ui/link.tsx"
import { Banner } from "../about/banner.tsx"
import { useFigures } from "../about/community-figures.ts"
import { useJoinWords } from "./join-words.ts"

const FACES = 8
const TAGS = 6

export function Door() {
  const instance = useInstance()
  return (
    <div className="min-w-0 wide:sticky wide:top-15 wide:max-h-[calc(100dvh-3.75rem)] wide:self-start wide:overflow-y-auto wide:py-8 wide:[scrollbar-width:none]">
      {instance ? <Community instance={instance} /> : <DoorSkeleton />}
    </div>
  )
}

function Community({ instance }: { readonly instance: Instance }) {
  const t = useT()
  const join = useJoinWords()
  return (
    <>
      <Banner instance={instance} className="h-40 rail:h-60 wide:h-52 wide:rounded-16" />
      <div className="mx-auto max-w-[600px] px-4 py-7 wide:px-0">
        <h1
          tabIndex={-1}
          dir="auto"
          className="line-clamp-3 text-28 font-strong tracking-tight text-balance wrap-anywhere rail:text-[2.5rem] rail:leading-[1.1]"
        >
          {instance.title}
        </h1>
        <p
          dir="auto"
          className="mt-3 line-clamp-6 text-18 text-pretty whitespace-pre-line text-quiet wrap-anywhere"
        >
          {instance.description || t("welcome.empty-description")}
        </p>
        <div className="mt-6 flex flex-wrap gap-3">
          {join !== undefined && (
            <ButtonLink to="/sign-up" look="primary" size="large" className="max-rail:flex-1">
              {join}
            </ButtonLink>
          )}
          <ButtonLink to="/sign-in" size="large" className="max-rail:flex-1">
            {t("welcome.sign-in")}
          </ButtonLink>
        </div>
        <People />
        <Tags />
        <p className="mt-6 text-13 text-quiet">{t("welcome.note")}</p>
        <div className="mt-2 flex gap-5 text-13 rail:hidden">
          <PlainLink to="/explore" className="flex min-h-11 min-w-11 items-center font-medium text-accent">
            {t("welcome.explore")}
          </PlainLink>
          <PlainLink to="/about" className="flex min-h-11 min-w-11 items-center font-medium text-accent">
            {t("welcome.about")}
          </PlainLink>
        </div>
      </div>
    </>
  )
}

/** Faces of those who want to be found, and their number. */
function People() {
  const t = useT()
  const intl = useIntl()
  const api = useApi()
  const count = useFigures()?.user_count
  const { data } = useQuery({
    queryKey: ["directory", FACES],
    queryFn: ({ signal }) =>
      api.get<readonly Account[]>("/api/v1/directory", {
        query: { local: true, order: "active", limit: FACES },
        signal,
      }),
    staleTime: 10 * 60_000,
  })
  // Their place is kept while they are read.
  if (!data || count === undefined) return <div className="mt-7 h-17" />
  if (data.length === 0) return null
  const names = data.slice(0, 2).map(({ display_name, username }) => display_name || username)
  const list = intl.formatList(names, { type: "conjunction" })
  return (
    <div className="mt-7 min-h-17">
      <ul className="flex ps-2">
        {data.map((account) => (
          <li key={account.id} className="-ms-2">
            <PlainLink
              to="/@{$name}"
              params={{ name: account.acct }}
              aria-label={account.display_name || account.username}
              className="block rounded-full bg-canvas p-0.5"
            >
              <Avatar account={account} size={36} />
            </PlainLink>
          </li>
        ))}
      </ul>
      <p className="mt-1.5 line-clamp-2 text-15 text-quiet">
        {count > names.length
          ? t("welcome.people", { count, names: list })
          : t("welcome.people.few", { count: names.length, names: list })}
      </p>
    </div>
  )
}

function Tags() {
  const t = useT()
  const api = useApi()
  const { data = [] } = useQuery({
    queryKey: ["trends", "tags", TAGS],
    queryFn: ({ signal }) =>
      api.get<readonly Tag[]>("/api/v1/trends/tags", { query: { limit: TAGS }, signal }),
    staleTime: 10 * 60_000,
  })
  if (data.length === 0) return null
  return (
    <section aria-label={t("welcome.tags")} className="mt-6">
      <ul className="flex flex-wrap gap-2">
        {data.map(({ name }) => (
          <li key={name} className="max-w-full">
            <PlainLink
              to="/tags/$tag"
              params={{ tag: name }}
              className="touch-target flex min-h-9 items-center rounded-full border bg-surface px-3.5 text-15 hover:bg-sunken"
            >
              <bdi className="truncate">#{name}</bdi>
            </PlainLink>
          </li>
        ))}
      </ul>
    </section>
  )
}

function DoorSkeleton() {
  return (
    <div aria-hidden className="animate-late">
      <div className="h-40 bg-sunken rail:h-60 wide:h-52 wide:rounded-16" />
      <div className="mx-auto max-w-[600px] px-4 py-7 wide:px-0">
        <span className="block h-9 w-3/5 rounded-full bg-sunken" />
        <span className="mt-5 block h-4 w-full rounded-full bg-sunken" />
        <span className="mt-3 block h-4 w-4/5 rounded-full bg-sunken" />
        <span className="mt-7 block h-12 w-72 rounded-full bg-sunken" />
      </div>
    </div>
  )
}
