// Who is on a list, and a search over those whom the member follows to put more on it: only they can be.

import { useQuery } from "@tanstack/react-query"
import { Check, Plus, Search } from "lucide-react"
import { useDeferredValue, useState } from "react"
import type { Account, List } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { listMembersQuery, useSetMembership } from "./list-queries.ts"

interface ListMembersProps {
  readonly list: List
  readonly onClose: () => void
}

export function ListMembers({ list, onClose }: ListMembersProps) {
  const t = useT()
  const members = useQuery(listMembersQuery(useApi(), list.id))
  const [query, setQuery] = useState("")
  const wanted = useDeferredValue(query.trim())
  return (
    <Dialog
      open
      title={t("lists.members.title", { title: list.title })}
      phone="full"
      width="wide"
      onClose={onClose}
    >
      <div className="flex min-h-[50dvh] flex-col">
        <label className="sticky top-0 z-1 mb-2 flex min-h-11 items-center gap-2 rounded-full border border-edge/60 bg-sunken px-4 focus-within:border-edge">
          <Search size={17} aria-hidden className="text-quiet" />
          <input
            type="search"
            aria-label={t("lists.members.search")}
            placeholder={t("lists.members.search")}
            value={query}
            className="min-w-0 flex-1 bg-transparent text-16 outline-none"
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
        {members.isPending && <SkeletonList of="accounts" count={4} />}
        {members.isError && !members.data && (
          <ErrorState compact error={members.error} onRetry={() => void members.refetch()} />
        )}
        {members.data && <Choice list={list} members={members.data} wanted={wanted} />}
      </div>
    </Dialog>
  )
}

interface ChoiceProps {
  readonly list: List
  readonly members: readonly Account[]
  readonly wanted: string
}

function Choice({ list, members, wanted }: ChoiceProps) {
  const t = useT()
  const candidates = useCandidates(wanted)
  const ids = new Set(members.map(({ id }) => id))
  if (wanted === "" && members.length > 0)
    return <Rows label={t("lists.members")} list={list} accounts={members} on={ids} />
  return (
    <>
      {wanted === "" && <p className="pt-2 pb-1 text-15 text-quiet">{t("lists.members.none")}</p>}
      {candidates.isPending && <SkeletonList of="accounts" count={3} />}
      {candidates.isError && (
        <ErrorState compact error={candidates.error} onRetry={() => void candidates.refetch()} />
      )}
      {candidates.data?.length === 0 && (
        <p className="py-8 text-center text-15 text-pretty text-quiet">{t("lists.members.not.found")}</p>
      )}
      {candidates.data && (
        <Rows label={t("lists.members.found")} list={list} accounts={candidates.data} on={ids} />
      )}
    </>
  )
}

const MOST_FOUND = 20

/** Without words: those whom the member followed last. */
function useCandidates(wanted: string) {
  const api = useApi()
  const member = useMember()
  return useQuery({
    queryKey: ["lists", "candidates", wanted],
    queryFn: ({ signal }) =>
      wanted === ""
        ? api.get<Account[]>(`/api/v1/accounts/${member?.id ?? ""}/following`, {
            query: { limit: MOST_FOUND },
            signal,
          })
        : api.get<Account[]>("/api/v1/accounts/search", {
            query: { q: wanted, following: true, limit: MOST_FOUND },
            signal,
          }),
    enabled: member !== undefined,
    placeholderData: (before) => before,
  })
}

interface RowsProps {
  readonly label: string
  readonly list: List
  readonly accounts: readonly Account[]
  readonly on: ReadonlySet<string>
}

function Rows({ label, list, accounts, on }: RowsProps) {
  const t = useT()
  const { mutate } = useSetMembership()
  return (
    <ul aria-label={label} className="-mx-2">
      {accounts.map((account) => {
        const isOn = on.has(account.id)
        const name = `@${account.username}`
        return (
          <li
            key={account.id}
            className="flex min-h-14 items-center gap-3 rounded-12 px-2 py-1.5 hover:bg-hover"
          >
            <Avatar account={account} size={36} />
            <span className="min-w-0 flex-1 text-15">
              <DisplayName account={account} className="font-medium" />
              <Handle account={account} className="text-13" />
            </span>
            <Button
              size="small"
              look={isOn ? "secondary" : "soft"}
              icon={isOn ? <Check size={16} aria-hidden /> : <Plus size={16} aria-hidden />}
              aria-label={t(isOn ? "lists.members.remove.name" : "lists.members.add.name", { name })}
              onClick={() => mutate({ listId: list.id, account, isOn: !isOn })}
            >
              {t(isOn ? "lists.members.on" : "lists.members.add.one")}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}
