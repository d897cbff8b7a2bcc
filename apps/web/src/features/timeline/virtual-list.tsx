// A list of any length of which only what is near the screen is in the page. It scrolls with the window, keeps its place when one comes
// back to it, asks for more before the end is reached, and is walked with j and k.

import { useRouterState } from "@tanstack/react-router"
import { useWindowVirtualizer } from "@tanstack/react-virtual"
import { startTransition, useEffect, useLayoutEffect, useRef, useState } from "react"
import type { ReactNode, RefObject } from "react"
import { useShortcut } from "../../shell/shortcuts/shortcuts.tsx"
import { keepPlace, placeOf } from "./places.ts"

interface VirtualListProps<T> {
  /** For screen readers. */
  readonly label: string
  /** Tells this list from others of the same page. */
  readonly name: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  readonly children: (item: T, place: number) => ReactNode
  /** px, before a row was measured. */
  readonly estimate: number
  /** The row that the page begins with, once it is known, where the reader has no place of their own in the list. */
  readonly startAt?: number
  /** Called when the end comes near. */
  readonly onNearEnd?: () => void
}

const NEAR_END_ROWS = 8
const OVERSCAN_ROWS = 5
/** At first only what is seen is made; the rows beyond it follow when those can be read. */
const FIRST_OVERSCAN_ROWS = 1
/** What the header covers at the top, and a phone's bar at the bottom. */
const BARS_PX = 56

export function VirtualList<T>({
  label,
  name,
  items,
  keyOf,
  children,
  estimate,
  startAt = 0,
  onNearEnd,
}: VirtualListProps<T>) {
  const box = useRef<HTMLDivElement>(null)
  const entry = useRouterState({ select: ({ location }) => location.state.__TSR_key ?? location.href })
  const [place] = useState(() => placeOf(`${entry} ${name}`))
  const [margin, setMargin] = useState(0)
  const [overscan, setOverscan] = useState(place === undefined ? FIRST_OVERSCAN_ROWS : OVERSCAN_ROWS)
  useEffect(() => {
    const afterPaint = requestAnimationFrame(() => startTransition(() => setOverscan(OVERSCAN_ROWS)))
    return () => cancelAnimationFrame(afterPaint)
  }, [])
  useLayoutEffect(() => {
    setMargin((box.current?.getBoundingClientRect().top ?? 0) + window.scrollY)
  }, [])
  // Its functions are not kept by what is memoised here.
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    overscan,
    scrollMargin: margin,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
    ...(place === undefined
      ? {}
      : { initialOffset: place.offset, initialMeasurementsCache: place.measurements }),
  })

  const lastRow = useRef(place?.row)
  useEffect(
    () => () => {
      keepPlace(`${entry} ${name}`, {
        offset: window.scrollY,
        measurements: virtualizer.measurementsCache,
        row: lastRow.current,
      })
    },
    [entry, name, virtualizer],
  )

  const started = useRef(place !== undefined)
  useLayoutEffect(() => {
    if (started.current || startAt === 0) return
    started.current = true
    virtualizer.scrollToIndex(startAt, { align: "start" })
  }, [startAt, virtualizer])

  const rows = virtualizer.getVirtualItems()
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= items.length - NEAR_END_ROWS) onNearEnd?.()
  }, [last, items.length, onNearEnd])

  useStepping(box, {
    count: items.length,
    lastRow,
    show: (index) => virtualizer.scrollToIndex(index, { align: "center" }),
  })

  return (
    // Which row has the focus is only remembered: the rows themselves are what one operates.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={box}
      role="feed"
      aria-label={label}
      onFocus={({ target }) => {
        lastRow.current = indexOf(target)
      }}
      className="relative"
      style={{ blockSize: virtualizer.getTotalSize() }}
    >
      {rows.map((row) => {
        const item = items[row.index]
        return (
          item !== undefined && (
            <div
              key={row.key}
              ref={virtualizer.measureElement}
              data-index={row.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start - margin}px)` }}
            >
              {children(item, row.index)}
            </div>
          )
        )
      })}
    </div>
  )
}

interface Stepping {
  readonly count: number
  /** The row that had the focus last: one goes on from it, if it is still to be seen. */
  readonly lastRow: RefObject<number | undefined>
  readonly show: (index: number) => void
}

/** j and k give the next or the previous row the focus; the first one that is seen where none has had it. */
function useStepping(box: RefObject<HTMLDivElement | null>, { count, lastRow, show }: Stepping) {
  const step = (by: 1 | -1) => {
    const rows = rowsOf(box.current)
    const active = document.activeElement
    const current = active && box.current?.contains(active) ? indexOf(active) : lastRow.current
    const isFrom =
      current !== undefined && (rows.get(current)?.isSeen === true || current === indexOf(active))
    const next = isFrom ? current + by : firstSeen(rows)
    if (next < 0 || next >= count) return
    if (rows.get(next)?.isWhole !== true) show(next)
    focusRow(box.current, next)
  }
  useShortcut({ keys: "j", label: "timeline.next", group: "post" }, () => step(1))
  useShortcut({ keys: "k", label: "timeline.previous", group: "post" }, () => step(-1))
}

function indexOf(element: Element | null): number | undefined {
  const row = element?.closest<HTMLElement>("[data-index]")
  return row ? Number(row.dataset.index) : undefined
}

interface RowSight {
  readonly isSeen: boolean
  readonly isWhole: boolean
}

/** Of the rows that are in the page, what is seen between the header and the bar below. */
function rowsOf(box: HTMLElement | null): Map<number, RowSight> {
  const rows = [...(box?.querySelectorAll<HTMLElement>("[data-index]") ?? [])]
  return new Map(
    rows.map((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      const end = innerHeight - BARS_PX
      const sight = { isSeen: bottom > BARS_PX && top < end, isWhole: top >= BARS_PX && bottom <= end }
      return [Number(row.dataset.index), sight]
    }),
  )
}

/** The first whole row, or the first of which anything is seen. */
function firstSeen(rows: ReadonlyMap<number, RowSight>): number {
  const seen = [...rows].filter(([, { isSeen }]) => isSeen).sort(([one], [other]) => one - other)
  return (seen.find(([, { isWhole }]) => isWhole) ?? seen[0])?.[0] ?? 0
}

/** The row may be made only after it was scrolled to. */
function focusRow(box: HTMLElement | null, index: number, tries = 10) {
  const target = box?.querySelector<HTMLElement>(
    `[data-index="${index}"] [tabindex="-1"]:is(article, [data-row])`,
  )
  if (target) target.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => focusRow(box, index, tries - 1))
}
