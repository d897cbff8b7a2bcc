// Where a tooltip goes: beside its element, on the other side where there is no room, and never off the screen. Pure.

export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const GAP = 6
const MARGIN = 8

/** Below and in the middle; above where the screen ends. All in px of the viewport. */
export function placeTooltip(target: Box, tip: Size, screen: Size): { left: number; top: number } {
  const below = target.top + target.height + GAP
  const fitsBelow = below + tip.height + MARGIN <= screen.height
  const middle = target.left + target.width / 2 - tip.width / 2
  return {
    left: Math.max(MARGIN, Math.min(middle, screen.width - tip.width - MARGIN)),
    top: fitsBelow ? below : Math.max(MARGIN, target.top - tip.height - GAP),
  }
}
