// Who asks to join: to be let in at once, or turned away after a question, since that deletes what they have entered.

import { Check, DoorOpen, X } from "lucide-react"
import { useMemo, useState } from "react"
import { itemsOf } from "../../api/paging.ts"
import { Message } from "../../intl/message.tsx"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx"
import { EmptyState } from "../../ui/empty-state.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { DisplayName } from "../../ui/display-name.tsx"
import { RelativeTime } from "../../ui/relative-time.tsx"
import type { AdminAccount } from "./staff-entities.ts"
import { nameOf, useStaffDeeds, useWaiting } from "./staff-lists.ts"
import { StaffRows } from "./staff-rows.tsx"

export function WaitingList() {
  const t = useT()
  const pages = useWaiting()
  const people = useMemo(() => itemsOf(pages.data), [pages.data])
  const { mutate } = useStaffDeeds("waiting")
  const [asked, setAsked] = useState<AdminAccount>()
  return (
    <>
      <StaffRows
        pages={pages}
        items={people}
        label={t("staff.tab.waiting")}
        name="waiting"
        empty={
          <EmptyState
            icon={<DoorOpen size={28} />}
            title={t("staff.waiting.empty")}
            text={t("staff.waiting.empty.text")}
          />
        }
      >
        {(account) => (
          <WaitingRow
            person={account}
            onApprove={() => mutate({ kind: "approve", account })}
            onReject={() => setAsked(account)}
          />
        )}
      </StaffRows>
      {asked && (
        <ConfirmDialog
          open
          danger
          title={t("staff.reject.title", { name: nameOf(asked) })}
          text={t("staff.reject.text")}
          confirm={t("staff.reject")}
          onConfirm={() => {
            setAsked(undefined)
            mutate({ kind: "reject", account: asked })
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </>
  )
}

interface WaitingRowProps {
  readonly person: AdminAccount
  readonly onApprove: () => void
  readonly onReject: () => void
}

function WaitingRow({ person, onApprove, onReject }: WaitingRowProps) {
  const t = useT()
  const name = nameOf(person)
  return (
    <article
      data-row
      tabIndex={-1}
      aria-label={name}
      className="flex gap-3 border-b px-4 py-4 outline-offset-[-2px]"
    >
      <Avatar account={person.account} />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-start gap-3">
          <div className="min-w-36 flex-1 text-15">
            <DisplayName account={person.account} className="font-strong" />
            <p className="text-quiet">
              <Message
                id="staff.waiting.asked"
                values={{ when: <RelativeTime date={person.created_at} /> }}
              />
            </p>
          </div>
          <dl className="basis-full text-15 rail:order-last">
            <dt className="sr-only">{t("staff.waiting.reason")}</dt>
            {person.invite_request === null ? (
              <dd className="text-quiet">{t("staff.waiting.no-reason")}</dd>
            ) : (
              <dd dir="auto" className="border-s-2 border-edge/60 ps-3 whitespace-pre-wrap wrap-anywhere">
                {person.invite_request}
              </dd>
            )}
            <dt className="sr-only">{t("staff.waiting.email")}</dt>
            <dd dir="ltr" className="mt-2 text-13 text-quiet wrap-anywhere">
              {person.email}
            </dd>
            {person.invited_by_account_id !== null && (
              <>
                <dt className="sr-only">{t("staff.waiting.invite")}</dt>
                <dd className="mt-1 text-13 text-quiet">{t("staff.waiting.invited")}</dd>
              </>
            )}
          </dl>
          <div className="flex shrink-0 gap-2">
            <Button
              size="small"
              look="primary"
              icon={<Check size={16} aria-hidden />}
              aria-label={t("staff.approve.name", { name })}
              onClick={onApprove}
            >
              {t("staff.approve")}
            </Button>
            <Button
              size="small"
              icon={<X size={16} aria-hidden />}
              aria-label={t("staff.reject.name", { name })}
              onClick={onReject}
            >
              {t("staff.reject")}
            </Button>
          </div>
        </div>
      </div>
    </article>
  )
}
