// What was begun and not posted, on this device; and what waits on the server for its time.

import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useSearch } from "@tanstack/react-router"
import { FileText, Trash2 } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { PageHeader } from "../../shell/page-header.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { SkeletonList } from "../../ui/skeletons.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { useToast } from "../../ui/toast.tsx"
import type { Draft } from "./draft.ts"
import { drafts } from "./draft-store.ts"
import { ScheduledList } from "./scheduled-list.tsx"

export function DraftsPage() {
  const t = useT()
  const { tab } = useSearch({ from: "/shell/member/drafts" })
  return (
    <>
      <PageHeader
        title={t("compose.drafts.title")}
        below={
          <TabLinks label={t("compose.drafts.tabs")}>
            <TabLink to="/drafts" search={{}} activeOptions={exactly} replace>
              {t("compose.drafts.title")}
            </TabLink>
            <TabLink to="/drafts" search={{ tab: "scheduled" }} activeOptions={exactly} replace>
              {t("compose.scheduled.tab")}
            </TabLink>
          </TabLinks>
        }
      />
      {tab === "scheduled" ? <ScheduledList /> : <DraftList />}
    </>
  )
}

const exactly = { exact: true, includeSearch: true }

function DraftList() {
  const t = useT()
  const member = useMember()
  const { data } = useQuery({
    queryKey: ["drafts", member?.id],
    queryFn: async () => {
      // Where the browser keeps nothing there are none.
      const all = member ? await drafts.list(member.id).catch(() => []) : []
      return all.sort((one, other) => other.changedAt - one.changedAt)
    },
    enabled: member !== undefined,
    staleTime: 0,
  })
  if (!data) return <SkeletonList of="accounts" count={3} />
  if (data.length === 0)
    return (
      <EmptyState
        icon={<FileText size={28} />}
        title={t("compose.drafts.empty")}
        text={t("compose.drafts.empty.text")}
      />
    )
  return (
    <ul aria-label={t("compose.drafts.title")}>
      {data.map((draft) => (
        <li key={draft.id}>
          <DraftRow draft={draft} />
        </li>
      ))}
    </ul>
  )
}

function DraftRow({ draft }: { readonly draft: Draft }) {
  const t = useT()
  const member = useMember()
  const compose = useComposer()
  const toast = useToast()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries({ queryKey: ["drafts"] })
  const remove = async () => {
    if (!member) return
    await drafts.remove(member.id, draft.id)
    await refresh()
    const putBack = async () => {
      await drafts.put(member.id, draft)
      await refresh()
    }
    toast({ text: t("compose.drafts.removed"), action: { label: t("ui.undo"), run: () => void putBack() } })
  }
  const words =
    draft.text.trim() || draft.warning || t("compose.drafts.no.words", { count: draft.media.length })
  return (
    <div className="relative flex items-start gap-3 border-b px-4 py-3 row-hover">
      <div className="min-w-0 flex-1">
        {draft.replyTo && draft.replyTo.acct !== "" && (
          <p className="truncate text-13 text-quiet">
            {t("compose.replying", { name: `@${draft.replyTo.acct}` })}
          </p>
        )}
        <button
          type="button"
          dir="auto"
          className="line-clamp-3 w-full text-start text-16 whitespace-pre-line after:absolute after:inset-0"
          onClick={() => compose({ kind: "draft", draftId: draft.id })}
        >
          {words}
        </button>
        {draft.changedAt > 0 && (
          <p className="mt-1 text-13 text-quiet">
            <RelativeTime date={new Date(draft.changedAt).toISOString()} />
          </p>
        )}
      </div>
      <span className="relative z-1">
        <IconButton
          label={t("compose.drafts.remove")}
          icon={<Trash2 size={18} aria-hidden />}
          onClick={() => void remove()}
        />
      </span>
    </div>
  )
}
