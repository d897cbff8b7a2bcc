// A window over the page, which keeps the focus until it is closed. On a phone it can be the whole screen.

import { X } from "lucide-react"
import { Dialog as Radix } from "radix-ui"
import { useRef } from "react"
import type { ReactNode } from "react"
import { useT } from "../intl/translate.ts"
import { cx } from "./class-names.ts"
import { IconButton } from "./icon-button.tsx"
import { useReturnFocus } from "./use-return-focus.ts"

interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  /** Where the title would only repeat what is seen. */
  readonly titleHidden?: boolean
  readonly description?: string
  readonly children: ReactNode
  /** Below, at the end: what can be done. */
  readonly actions?: ReactNode
  /** In the header, before the button that closes. */
  readonly aside?: ReactNode
  /** What scrolls and what stays below is the children's own: they are laid out in a column. */
  readonly bare?: boolean
  /** `full` fills a phone's screen. */
  readonly phone?: "card" | "full"
  /** 440 px (default) or 600. */
  readonly width?: "narrow" | "wide"
  /** Asked before it closes by Escape, a click beside it or its button; `false` keeps it open. */
  readonly mayClose?: () => boolean
}

export function Dialog(props: DialogProps) {
  const { open, onClose, title, description, children, actions, mayClose } = props
  const focus = useReturnFocus()
  const content = useRef<HTMLDivElement>(null)
  const close = () => {
    if (mayClose?.() ?? true) onClose()
  }
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-fade-in bg-scrim" />
        <Radix.Content
          onOpenAutoFocus={(event) => {
            focus.onOpenAutoFocus()
            event.preventDefault()
            focusIn(content.current)
          }}
          onCloseAutoFocus={focus.onCloseAutoFocus}
          ref={content}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cx(
            "fixed z-40 flex flex-col bg-raised text-text shadow-float outline-none animate-pop-in",
            "inset-x-0 mx-auto max-h-[calc(100dvh-2rem)]",
            props.phone === "full"
              ? "max-rail:inset-0 max-rail:max-h-dvh rail:top-[8dvh] rail:max-h-[84dvh] rail:rounded-16"
              : "top-1/2 w-[calc(100%-2rem)] -translate-y-1/2 rounded-16",
            props.width === "wide"
              ? "rail:max-w-[600px] rail:w-full"
              : "max-w-[440px] max-rail:w-[calc(100%-2rem)]",
            props.phone === "full" && "max-rail:w-full max-rail:max-w-none",
          )}
        >
          <header
            className={cx("flex min-h-14 items-center gap-2 ps-5 pe-2", props.titleHidden && "sr-only")}
          >
            <Radix.Title className="min-w-0 flex-1 truncate text-18 font-strong">{title}</Radix.Title>
            {props.aside}
            <CloseButton onClose={close} />
          </header>
          {props.bare === true ? (
            children
          ) : (
            <div className="min-h-0 flex-1 overflow-y-auto px-5 pb-5">
              {description !== undefined && (
                <Radix.Description className="mb-4 text-15 text-quiet">{description}</Radix.Description>
              )}
              {children}
            </div>
          )}
          {actions !== undefined && (
            <footer className="flex flex-wrap justify-end gap-2 border-t px-5 py-3">{actions}</footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** The first field where keys are at hand, else the window itself: never the button that closes it, with a tooltip over what is new. */
function focusIn(content: HTMLElement | null) {
  const field = matchMedia("(pointer: fine)").matches
    ? content?.querySelector<HTMLElement>("input:not([hidden], [type=file], :disabled), textarea, select")
    : undefined
  const target = field ?? content
  target?.focus({ preventScroll: true })
}

function CloseButton({ onClose }: { readonly onClose: () => void }) {
  const t = useT()
  return <IconButton label={t("ui.close")} icon={<X size={20} aria-hidden />} onClick={onClose} />
}
