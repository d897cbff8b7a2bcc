// One picture of the viewer, under fingers and wheel: double tap and pinch zoom, a zoomed picture is dragged about, one that is not is
// swiped away.

import { useRef, useState } from "react"
import type { MouseEvent, PointerEvent, WheelEvent } from "react"
import type { MediaAttachment } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { BlurhashCanvas } from "../../ui/blurhash-canvas.tsx"
import { cx } from "../../ui/class-names.ts"
import { pan, swipeOf, unzoomed, zoomAt } from "./gesture.ts"
import type { Point, Swipe } from "./gesture.ts"

interface ZoomedPictureProps {
  readonly media: MediaAttachment
  readonly onSwipe: (swipe: Swipe) => void
}

const DOUBLE_TAP_ZOOM = 2.5
const WHEEL_ZOOM = 1.15

export function ZoomedPicture({ media, onSwipe }: ZoomedPictureProps) {
  const t = useT()
  const [zoom, setZoom] = useState(unzoomed)
  // How far a finger has taken a picture that is not zoomed; undefined when none holds it.
  const [drag, setDrag] = useState<Point>()
  const [loaded, setLoaded] = useState(false)
  const [broken, setBroken] = useState(false)
  const pointers = useRef(new Map<number, Point>())
  const start = useRef<{ point: Point; at: number } | undefined>(undefined)

  const onDown = (event: PointerEvent) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    const point = fromMiddle(event)
    pointers.current.set(event.pointerId, point)
    start.current = pointers.current.size === 1 ? { point, at: event.timeStamp } : undefined
    setDrag(undefined)
  }
  const onMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId)
    if (!before) return
    const point = fromMiddle(event)
    const screen = event.currentTarget.getBoundingClientRect()
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, point)
    if (other) {
      const factor = distance(point, other) / Math.max(distance(before, other), 1)
      setZoom((now) => zoomAt(now, factor, { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 }))
    } else if (zoom.scale > 1)
      setZoom((now) => pan(now, { x: point.x - before.x, y: point.y - before.y }, screen))
    else if (start.current) setDrag(alongOneAxis(start.current.point, point))
  }
  const onUp = (event: PointerEvent) => {
    const began = start.current
    letGo(event)
    if (began && zoom.scale === 1)
      onSwipe(swipeOf(began.point, fromMiddle(event), event.timeStamp - began.at))
  }
  const letGo = (event: PointerEvent) => {
    pointers.current.delete(event.pointerId)
    start.current = undefined
    setDrag(undefined)
  }
  const onWheel = (event: WheelEvent) => {
    const at = fromMiddle(event)
    setZoom((now) => zoomAt(now, event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM, at))
  }
  const onDoubleClick = (event: MouseEvent) => {
    const at = fromMiddle(event)
    setZoom((now) => (now.scale > 1 ? unzoomed : zoomAt(now, DOUBLE_TAP_ZOOM, at)))
  }

  if (broken || media.url === null)
    return <p className="flex size-full items-center justify-center">{t("ui.picture.broken")}</p>
  return (
    <div
      className="flex size-full touch-none items-center justify-center select-none"
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={letGo}
      onWheel={onWheel}
      onDoubleClick={onDoubleClick}
    >
      {!loaded && media.blurhash !== null && (
        <BlurhashCanvas
          hash={media.blurhash}
          className="absolute inset-0 m-auto size-2/3 rounded-12 opacity-60"
        />
      )}
      <img
        src={media.url}
        alt={media.description ?? ""}
        draggable={false}
        className={cx(
          "max-h-full max-w-full object-contain",
          drag === undefined && "transition-transform duration-150",
        )}
        style={{
          transform: `translate(${zoom.x + (drag?.x ?? 0)}px, ${zoom.y + (drag?.y ?? 0)}px) scale(${zoom.scale})`,
        }}
        onLoad={() => setLoaded(true)}
        onError={() => setBroken(true)}
      />
    </div>
  )
}

/** A point of the screen, from the middle of the element that hears of it. */
function fromMiddle(event: {
  readonly clientX: number
  readonly clientY: number
  readonly currentTarget: Element
}): Point {
  const box = event.currentTarget.getBoundingClientRect()
  return { x: event.clientX - box.left - box.width / 2, y: event.clientY - box.top - box.height / 2 }
}

/** A finger moves a picture to a side or up and down, never aslant. */
function alongOneAxis(from: Point, to: Point): Point {
  const x = to.x - from.x
  const y = to.y - from.y
  return Math.abs(x) > Math.abs(y) ? { x, y: 0 } : { x: 0, y }
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y)
}
