// One report: whom it is about, what is wrong, the posts in question, and what can be done.

import type { ReactNode } from "react"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Button } from "../../ui/button.tsx"
import { DisplayName } from "../../ui/display-name.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import { accountLink } from "../post/post-paths.ts"
import { QuotedPost } from "../post/quoted-post.tsx"
import type { AdminAccount, AdminReport } from "./staff-entities.ts"
import { nameOf } from "./staff-lists.ts"
import type { StaffDeed } from "./staff-lists.ts"

interface ReportCardProps {
  readonly report: AdminReport
  readonly busy: boolean
  readonly onDeed: (kind: StaffDeed["kind"]) => void
}

export function ReportCard({ report, busy, onDeed }: ReportCardProps) {
  const t = useT()
  const target = report.target_account
  return (
    <article
      data-row
      tabIndex={-1}
      aria-label={t("staff.report.label", { name: nameOf(target) })}
      className="border-b px-4 py-4 outline-offset-[-2px]"
    >
      <div className="flex gap-3">
        <Avatar account={target.account} />
        <div className="min-w-0 flex-1 text-15">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
            <PlainLink {...accountLink(target.account)} className="min-w-0 font-strong hover:underline">
              <DisplayName account={target.account} />
            </PlainLink>
            <Badge tone="warning">{t(`staff.report.${report.category}`)}</Badge>
            {target.suspended && <Badge tone="danger">{t("staff.report.suspended")}</Badge>}
          </div>
          <p className="text-quiet">
            <Message id="staff.report.by" values={{ name: <Person account={report.account} /> }} />
            {" · "}
            <RelativeTime date={report.created_at} />
          </p>
        </div>
      </div>
      {report.rules.length > 0 && (
        <ul className="mt-3 ms-5 list-disc text-15">
          {report.rules.map(({ id, text }) => (
            <li key={id} dir="auto">
              {text}
            </li>
          ))}
        </ul>
      )}
      {report.comment !== "" && (
        <p
          dir="auto"
          className="mt-3 border-s-2 border-edge/60 ps-3 text-15 whitespace-pre-wrap wrap-anywhere"
        >
          {report.comment}
        </p>
      )}
      <Posts report={report} />
      <Footer report={report} busy={busy} onDeed={onDeed} />
    </article>
  )
}

function Badge({ tone, children }: { readonly tone: "warning" | "danger"; readonly children: ReactNode }) {
  const looks = { warning: "bg-warning-soft text-warning", danger: "bg-danger-soft text-danger" }
  return (
    <span className={`shrink-0 rounded-full px-2.5 py-0.5 text-13 font-medium ${looks[tone]}`}>
      {children}
    </span>
  )
}

function Person({ account }: { readonly account: AdminAccount }) {
  return (
    <PlainLink {...accountLink(account.account)} className="text-text hover:underline">
      <bdi dir="ltr">{nameOf(account)}</bdi>
    </PlainLink>
  )
}

function Posts({ report }: { readonly report: AdminReport }) {
  const t = useT()
  const count = report.statuses.length
  if (count === 0) return <p className="mt-3 text-13 text-quiet">{t("staff.report.no-posts")}</p>
  return (
    <section aria-label={t("staff.report.posts", { count })}>
      {report.statuses.map((status) => (
        <QuotedPost key={status.id} state="accepted" status={status} />
      ))}
    </section>
  )
}

function Footer({ report, busy, onDeed }: ReportCardProps) {
  const t = useT()
  const member = useMember()
  const { target_account: target, assigned_account: assigned, action_taken_by_account: by } = report
  const isMine = assigned !== null && assigned.id === member?.id
  const who = report.action_taken ? by : isMine ? null : assigned
  return (
    <div className="mt-3 flex flex-wrap items-center justify-end gap-2">
      <p className="me-auto text-13 text-quiet">
        {who && (
          <Message
            id={report.action_taken ? "staff.report.resolved" : "staff.report.assigned"}
            values={{ name: <Person account={who} /> }}
          />
        )}
        {isMine && !report.action_taken && t("staff.report.assigned.you")}
      </p>
      {report.action_taken ? (
        <>
          {target.suspended && (
            <Button size="small" disabled={busy} onClick={() => onDeed("unsuspend")}>
              {t("staff.unsuspend")}
            </Button>
          )}
          <Button size="small" disabled={busy} onClick={() => onDeed("reopen")}>
            {t("staff.reopen")}
          </Button>
        </>
      ) : (
        <>
          <Button
            size="small"
            look="quiet"
            disabled={busy}
            onClick={() => onDeed(isMine ? "unassign" : "assign")}
          >
            {t(isMine ? "staff.unassign" : "staff.assign")}
          </Button>
          {!target.suspended && (
            <Button
              size="small"
              disabled={busy}
              aria-label={t("staff.suspend.name", { name: nameOf(target) })}
              onClick={() => onDeed("suspend")}
            >
              {t("staff.suspend")}
            </Button>
          )}
          <Button size="small" look="primary" disabled={busy} onClick={() => onDeed("resolve")}>
            {t("staff.resolve")}
          </Button>
        </>
      )}
    </div>
  )
}
