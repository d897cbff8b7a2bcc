// After a report: what happens next, and how not to see somebody until then.

import { CircleCheck } from "lucide-react"
import type { Account } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { useRelationship } from "../people/relationship.ts"
import { useAuthorActions } from "../post/use-author-actions.ts"

interface ReportThanksProps {
  readonly account: Account
  readonly onClose: () => void
}

export function ReportThanks({ account, onClose }: ReportThanksProps) {
  const t = useT()
  const community = useInstance()?.title ?? ""
  const relationship = useRelationship(account.id)
  const actions = useAuthorActions(account)
  const name = `@${account.username}`
  const offered = (["mute", "block"] as const).filter(
    (action) => !(action === "mute" ? relationship?.muting : relationship?.blocking),
  )
  return (
    <Dialog
      open
      title={t("reports.thanks")}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {t("reports.thanks.done")}
        </Button>
      }
    >
      <div role="status" className="flex gap-3">
        <CircleCheck size={22} aria-hidden className="mt-0.5 shrink-0 text-repost" />
        <p className="text-15">{t("reports.thanks.next", { name, community })}</p>
      </div>
      {offered.length > 0 && (
        <p className="mt-5 text-15 font-medium">{t("reports.thanks.meanwhile", { name })}</p>
      )}
      {offered.map((action) => (
        <div key={action} className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="min-w-40 flex-1 text-15 text-quiet">{t(`reports.thanks.${action}.hint`)}</p>
          <Button
            size="small"
            onClick={() => {
              onClose()
              actions[action]()
            }}
          >
            {t(`reports.thanks.${action}`, { name })}
          </Button>
        </div>
      ))}
    </Dialog>
  )
}
