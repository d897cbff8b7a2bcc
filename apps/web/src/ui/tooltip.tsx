// A few words beside what the pointer or the focus is on. It must never hold what cannot be had without it: fingers see no tooltips.

import { Tooltip as Radix } from "radix-ui"
import type { ReactNode } from "react"

interface TooltipProps {
  readonly text: string
  readonly shortcut?: string | undefined
  readonly side?: "top" | "right" | "bottom" | "left"
  /** One element that takes a ref. */
  readonly children: ReactNode
}

export function TooltipProvider({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={500} skipDelayDuration={200}>
      {children}
    </Radix.Provider>
  )
}

export function Tooltip({ text, shortcut, side = "bottom", children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 flex max-w-72 animate-fade-in items-center gap-2 rounded-8 bg-text px-2.5 py-1.5 text-13 text-canvas"
        >
          {text}
          {shortcut !== undefined && (
            <kbd className="rounded-4 border border-canvas/40 px-1 font-sans text-13">{shortcut}</kbd>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
