// A question before something that cannot be taken back. What can be undone is done at once, with an Undo, and asks nothing.

import { Suspense, lazy } from "react"

export interface ConfirmDialogProps {
  readonly open: boolean
  readonly title: string
  readonly text: string
  /** The verb of what will be done. */
  readonly confirm: string
  readonly danger?: boolean
  readonly busy?: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

// There may be one at every post, and hardly any is ever opened.
const ConfirmWindow = lazy(async () => {
  const { ConfirmWindow: component } = await import("./confirm-window.tsx")
  return { default: component }
})

export function ConfirmDialog(props: ConfirmDialogProps) {
  if (!props.open) return null
  return (
    <Suspense>
      <ConfirmWindow {...props} />
    </Suspense>
  )
}
