// Stands in for react-remove-scroll, which Radix's modal parts use: it locks the page by a <style> element that the security
// policy forbids. This one sets an attribute that styles.css knows. It must never leave the page locked: locks are counted.

import * as Slot from "radix-ui/slot"
import { useLayoutEffect } from "react"
import type { ReactNode, Ref } from "react"

interface RemoveScrollProps {
  readonly as?: unknown
  readonly enabled?: boolean
  readonly allowPinchZoom?: boolean
  readonly shards?: unknown
  readonly children?: ReactNode
  readonly ref?: Ref<HTMLElement>
}

let locks = 0

/** Keeps the page from scrolling while mounted. Renders its child only, as Radix asks with `as={Slot}`. */
export function RemoveScroll({
  as: _as,
  allowPinchZoom: _pinch,
  shards: _shards,
  enabled = true,
  ...rest
}: RemoveScrollProps) {
  useLayoutEffect(() => {
    if (!enabled) return
    locks += 1
    document.documentElement.dataset.scrollLocked = ""
    return () => {
      locks -= 1
      if (locks === 0) delete document.documentElement.dataset.scrollLocked
    }
  }, [enabled])
  return <Slot.Root {...rest} />
}

RemoveScroll.classNames = { fullWidth: "", zeroRight: "" }
