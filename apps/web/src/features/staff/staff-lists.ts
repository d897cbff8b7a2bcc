// The lists of the staff's page, and what is done to their rows: at once on the screen, and read anew with a word where it failed.

import { useMutation, useQueryClient } from "@tanstack/react-query"
import type { InfiniteData } from "@tanstack/react-query"
import type { Page } from "../../api/api-client.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { useToast } from "../../ui/toast.tsx"
import { usePages } from "../timeline/use-pages.ts"
import type { AdminAccount, AdminReport } from "./staff-entities.ts"

export type StaffTab = "waiting" | "reports" | "settled"

const ACCOUNTS = "/api/v1/admin/accounts"
const REPORTS = "/api/v1/admin/reports"
const keyOf = (tab: StaffTab) => ["staff", tab] as const

type Rows<T> = InfiniteData<Page<readonly T[]>, unknown>

export function useWaiting() {
  return usePages<readonly AdminAccount[]>({
    key: keyOf("waiting"),
    path: "/api/v2/admin/accounts",
    query: { status: "pending", limit: 40 },
    staleTime: 0,
  })
}

export function useReports(tab: "reports" | "settled") {
  return usePages<readonly AdminReport[]>({
    key: keyOf(tab),
    path: REPORTS,
    query: { resolved: tab === "settled", limit: 20 },
    staleTime: 0,
  })
}

/** What the staff does. `name` is for the words about it. */
export interface StaffDeed {
  readonly kind: "approve" | "reject" | "resolve" | "reopen" | "suspend" | "unsuspend" | "assign" | "unassign"
  readonly account: AdminAccount
  readonly report?: AdminReport
}

const said: Readonly<Record<StaffDeed["kind"], MessageId | undefined>> = {
  approve: "staff.approved",
  reject: "staff.rejected",
  resolve: "staff.resolved",
  reopen: "staff.reopened",
  suspend: "staff.suspended",
  unsuspend: "staff.unsuspended",
  assign: undefined,
  unassign: undefined,
}

/** What takes the other back at once, where there is something to offer. */
const undone: Partial<Record<StaffDeed["kind"], StaffDeed["kind"]>> = {
  resolve: "reopen",
  reopen: "resolve",
}

/** Deeds after which a row is no longer in the list in which it stands. */
const leaves: ReadonlySet<StaffDeed["kind"]> = new Set(["approve", "reject", "resolve", "reopen", "suspend"])

export function useStaffDeeds(tab: StaffTab) {
  const api = useApi()
  const t = useT()
  const toast = useToast()
  const queries = useQueryClient()
  const deeds = useMutation({
    mutationFn: (deed: StaffDeed) => {
      const { path, body } = requestOf(deed)
      return api.post<unknown>(path, { body })
    },
    async onMutate({ kind, account, report }) {
      if (!leaves.has(kind)) return
      await queries.cancelQueries({ queryKey: keyOf(tab) })
      const gone = report?.id ?? account.id
      queries.setQueryData<Rows<{ readonly id: string }>>(
        keyOf(tab),
        (rows) => rows && withoutRow(rows, gone),
      )
    },
    onSuccess(_answer, deed) {
      const words = said[deed.kind]
      const back = undone[deed.kind]
      if (words !== undefined)
        toast({
          text: t(words, { name: nameOf(deed.account) }),
          ...(back !== undefined && {
            action: { label: t("ui.undo"), run: () => deeds.mutate({ ...deed, kind: back }) },
          }),
        })
    },
    onError: (_error, { account }) =>
      toast({ tone: "failure", text: t("staff.failed", { name: nameOf(account) }) }),
    onSettled: () => queries.invalidateQueries({ queryKey: ["staff"] }),
  })
  return deeds
}

export function nameOf({ username }: AdminAccount): string {
  return `@${username}`
}

/** The request of a deed. Pure. */
function requestOf({ kind, account, report }: StaffDeed): { path: string; body?: Record<string, unknown> } {
  const ofReport = `${REPORTS}/${report?.id ?? ""}`
  switch (kind) {
    case "approve":
    case "reject":
    case "unsuspend":
      return { path: `${ACCOUNTS}/${account.id}/${kind}` }
    case "suspend":
      return {
        path: `${ACCOUNTS}/${account.id}/action`,
        body: { type: "suspend", ...(report && { report_id: report.id }) },
      }
    case "assign":
      return { path: `${ofReport}/assign_to_self` }
    case "unassign":
    case "resolve":
    case "reopen":
      return { path: `${ofReport}/${kind}` }
  }
}

function withoutRow<T extends { readonly id: string }>(rows: Rows<T>, gone: string): Rows<T> {
  return {
    ...rows,
    pages: rows.pages.map((page) => ({ ...page, items: page.items.filter(({ id }) => id !== gone) })),
  }
}
