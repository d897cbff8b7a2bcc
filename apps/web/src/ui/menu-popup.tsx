// What floats of a menu: Radix's menu at the button that opened it, which need not be Radix's own. Loaded by menu.tsx.

import { Menu as Radix } from "radix-ui/internal"
import { useRef } from "react"
import type { ReactNode } from "react"

/** What items are made of. */
export interface MenuParts {
  readonly Item: typeof Radix.Item
  readonly RadioGroup: typeof Radix.RadioGroup
  readonly RadioItem: typeof Radix.RadioItem
  readonly ItemIndicator: typeof Radix.ItemIndicator
  readonly Separator: typeof Radix.Separator
}

interface MenuPopupProps {
  readonly anchor: HTMLElement
  readonly align: "start" | "center" | "end"
  readonly side: "top" | "bottom" | "right"
  readonly onClose: () => void
  readonly children: (parts: MenuParts) => ReactNode
}

const { Item, RadioGroup, RadioItem, ItemIndicator, Separator } = Radix

export function MenuPopup({ anchor, align, side, onClose, children }: MenuPopupProps) {
  const place = useRef(anchor)
  return (
    <Radix.Root open modal={false} onOpenChange={(open) => !open && onClose()}>
      <Radix.Anchor virtualRef={place} />
      <Radix.Portal>
        <Radix.Content
          aria-label={anchor.getAttribute("aria-label") ?? anchor.textContent ?? undefined}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          loop
          // The button closes its menu itself, by the click that follows.
          onInteractOutside={(event) => {
            if (event.target instanceof Node && anchor.contains(event.target)) event.preventDefault()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            anchor.focus({ preventScroll: true })
          }}
          className="z-50 max-h-[var(--radix-popper-available-height)] min-w-52 max-w-80 animate-pop-in overflow-y-auto rounded-12 bg-raised p-1 shadow-float outline-none"
        >
          {children({ Item, RadioGroup, RadioItem, ItemIndicator, Separator })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
