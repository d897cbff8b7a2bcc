// What fingers on a picture mean: moving to the next one, closing, zooming. Pure.

export interface Point {
  readonly x: number
  readonly y: number
}

/** Position of a picture on the screen: scaled around the middle, then moved by px. */
export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const unzoomed: Zoom = { scale: 1, x: 0, y: 0 }
const MOST_ZOOM = 5
/** px that a finger must have moved for a swipe, or px per millisecond at which less is enough. */
const SWIPE_PX = 70
const SWIPE_SPEED = 0.5

/** Where the finger went; which picture that is depends on the direction of the language. */
export type Swipe = "left" | "right" | "close" | "none"

export function swipeOf(from: Point, to: Point, ms: number): Swipe {
  const x = to.x - from.x
  const y = to.y - from.y
  const along = Math.max(Math.abs(x), Math.abs(y))
  if (along < SWIPE_PX && along / Math.max(ms, 1) < SWIPE_SPEED) return "none"
  if (along < SWIPE_PX / 4) return "none"
  if (Math.abs(y) > Math.abs(x)) return "close"
  return x < 0 ? "left" : "right"
}

/** Zooms by `factor` so that what is under `at` (from the middle of the screen) stays there. */
export function zoomAt(zoom: Zoom, factor: number, at: Point): Zoom {
  const scale = Math.min(Math.max(zoom.scale * factor, 1), MOST_ZOOM)
  if (scale === 1) return unzoomed
  const by = scale / zoom.scale
  return { scale, x: at.x - (at.x - zoom.x) * by, y: at.y - (at.y - zoom.y) * by }
}

/** Moves a zoomed picture, but never out of the screen's sight. */
export function pan(
  zoom: Zoom,
  by: Point,
  screen: { readonly width: number; readonly height: number },
): Zoom {
  const bound = (value: number, size: number) => {
    const most = (size * (zoom.scale - 1)) / 2
    return Math.min(Math.max(value, -most), most)
  }
  return { ...zoom, x: bound(zoom.x + by.x, screen.width), y: bound(zoom.y + by.y, screen.height) }
}
