// Reporting somebody, from the menu of a post or a profile. There may be one at every post, and hardly any is ever opened: the window
// is loaded then.

import { Suspense, lazy } from "react"
import type { Account, Status } from "../../api/entities.ts"
import { withLaterWords } from "../../intl/words.ts"

export interface ReportDialogProps {
  readonly account: Account
  /** The post that it is about, where it is about one. */
  readonly post?: Status
  readonly onClose: () => void
}

const loadWindow = withLaterWords(() => import("./report-window.tsx"))

const ReportWindow = lazy(async () => {
  const { ReportWindow: component } = await loadWindow()
  return { default: component }
})

export function ReportDialog(props: ReportDialogProps) {
  return (
    <Suspense>
      <ReportWindow {...props} />
    </Suspense>
  )
}
