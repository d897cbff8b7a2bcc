// A few words beside what the pointer or the focus is on. One element for the whole client, moved to where it is needed: there are
// hundreds of buttons in a timeline, and a component of their own for each would cost more than the buttons. It must never hold what
// cannot be had without it: fingers see no tooltips, and screen readers hear the element's own name.

import * as Slot from "radix-ui/slot"
import { useEffect, useLayoutEffect, useRef, useState } from "react"
import type { ReactNode } from "react"
import { placeTooltip } from "./tooltip-place.ts"

interface TooltipProps {
  readonly text: string
  readonly shortcut?: string | undefined
  /** One element. */
  readonly children: ReactNode
}

export function Tooltip({ text, shortcut, children }: TooltipProps) {
  return (
    <Slot.Root data-tip={text} data-tip-shortcut={shortcut}>
      {children}
    </Slot.Root>
  )
}

const REST_MS = 500

interface Shown {
  readonly target: HTMLElement
  readonly text: string
  readonly shortcut: string | undefined
}

/** Shows the tooltips of the page. Once, in the root. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown>()
  useEffect(() => watchTargets(setShown), [])
  return shown && <Tip key={shown.text} shown={shown} />
}

function Tip({ shown }: { readonly shown: Shown }) {
  const tip = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const element = tip.current
    if (!element) return
    // In the top layer, so that it is over dialogs too.
    element.showPopover()
    const { width, height } = element.getBoundingClientRect()
    const screen = { width: document.documentElement.clientWidth, height: window.innerHeight }
    const place = placeTooltip(shown.target.getBoundingClientRect(), { width, height }, screen)
    element.style.left = `${place.left}px`
    element.style.top = `${place.top}px`
  }, [shown])
  return (
    <div
      ref={tip}
      popover="manual"
      aria-hidden
      className="pointer-events-none fixed m-0 flex max-w-72 animate-fade-in items-center gap-2 rounded-8 bg-text px-2.5 py-1.5 text-13 text-canvas"
    >
      {shown.text}
      {shown.shortcut !== undefined && (
        <kbd className="rounded-4 border border-canvas/40 px-1 font-sans text-13">{shown.shortcut}</kbd>
      )}
    </div>
  )
}

/** After a rest of the pointer, at once for the focus of a key; away with any press, scroll or Escape. */
function watchTargets(show: (shown: Shown | undefined) => void): () => void {
  const ending = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: HTMLElement | undefined
  const hide = () => {
    clearTimeout(timer)
    current = undefined
    show(undefined)
  }
  const turnTo = (target: HTMLElement | undefined, wait: number) => {
    if (target === current) return
    hide()
    current = target
    if (target === undefined) return
    timer = setTimeout(() => {
      const { tip: text, tipShortcut } = target.dataset
      if (target.isConnected && text !== undefined) show({ target, text, shortcut: tipShortcut })
    }, wait)
  }
  const on = <K extends keyof DocumentEventMap>(name: K, act: (event: DocumentEventMap[K]) => void) =>
    document.addEventListener(name, act, { signal: ending.signal, capture: true, passive: true })
  on("pointerover", (event) => {
    if (event.pointerType === "mouse") turnTo(tipTarget(event.target), REST_MS)
  })
  on("focusin", (event) => {
    const target = tipTarget(event.target)
    turnTo(target?.matches(":focus-visible") === true ? target : undefined, REST_MS)
  })
  on("focusout", hide)
  on("pointerdown", hide)
  on("scroll", hide)
  on("keydown", hide)
  return () => {
    clearTimeout(timer)
    ending.abort()
  }
}

function tipTarget(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof Element)) return undefined
  return target.closest<HTMLElement>("[data-tip]") ?? undefined
}
