// What a phone shows from below: a menu or a short form, within a thumb's reach. Wider screens show a dialog or a menu instead.

import { Dialog as Radix } from "radix-ui"
import type { ReactNode } from "react"
import { useReturnFocus } from "./use-return-focus.ts"

interface SheetProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
}

export function Sheet({ open, onClose, title, children }: SheetProps) {
  const focus = useReturnFocus()
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-scrim" />
        <Radix.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-40 mx-auto flex max-h-[85dvh] max-w-[600px] animate-sheet-in flex-col rounded-t-16 bg-raised pb-[env(safe-area-inset-bottom)] shadow-float outline-none"
        >
          <span aria-hidden className="mx-auto mt-2 h-1 w-9 shrink-0 rounded-full bg-line" />
          <Radix.Title className="px-5 pt-3 pb-1 text-18 font-strong">{title}</Radix.Title>
          <div className="min-h-0 overflow-y-auto px-2 pb-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
