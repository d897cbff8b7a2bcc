// Cuts a picture to a shape: dragged and zoomed by hand, by slider or by keys, and drawn as it will be sent.

import { Minus, Plus } from "lucide-react"
import { useEffect, useRef, useState } from "react"
import type { KeyboardEvent, PointerEvent } from "react"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { Dialog } from "../../ui/dialog.tsx"
import { MOST_ZOOM, cutOf, dragged, wholeView } from "./crop.ts"
import type { CropView, Size } from "./crop.ts"

export interface CropGoal {
  readonly kind: "avatar" | "header"
  /** Of what is sent, in px; a smaller picture is not made larger. */
  readonly width: number
  readonly height: number
}

interface CropDialogProps {
  readonly file: Blob
  readonly goal: CropGoal
  readonly onDone: (picture: Blob) => void
  /** It is no picture that this browser can read. */
  readonly onUnreadable: () => void
  readonly onClose: () => void
}

export function CropDialog({ file, goal, onDone, onUnreadable, onClose }: CropDialogProps) {
  const t = useT()
  const image = useBitmap(file, onUnreadable)
  const [view, setView] = useState<CropView>(wholeView)
  const done = async () => {
    const picture = image && (await draw(image, goal, view))
    if (picture) onDone(picture)
    else onUnreadable()
  }
  return (
    <Dialog
      open
      width="wide"
      title={t(`profile.crop.${goal.kind}`)}
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button look="primary" disabled={!image} onClick={() => void done()}>
            {t("profile.crop.done")}
          </Button>
        </>
      }
    >
      <Frame image={image} goal={goal} view={view} onChange={setView} />
      <label className="mt-4 flex items-center gap-3">
        <Minus size={18} aria-hidden className="text-quiet" />
        <input
          type="range"
          aria-label={t("profile.crop.zoom")}
          min={1}
          max={MOST_ZOOM}
          step={0.05}
          value={view.zoom}
          className="h-11 flex-1 accent-accent"
          onChange={(event) => setView({ ...view, zoom: Number(event.target.value) })}
        />
        <Plus size={18} aria-hidden className="text-quiet" />
      </label>
      <p className="text-13 text-quiet">{t("profile.crop.hint")}</p>
    </Dialog>
  )
}

function useBitmap(file: Blob, onUnreadable: () => void): ImageBitmap | undefined {
  const [image, setImage] = useState<ImageBitmap>()
  const failed = useRef(onUnreadable)
  useEffect(() => {
    let isCurrent = true
    let made: ImageBitmap | undefined
    createImageBitmap(file).then(
      (bitmap) => {
        made = bitmap
        if (isCurrent) setImage(bitmap)
        else bitmap.close()
      },
      () => isCurrent && failed.current(),
    )
    return () => {
      isCurrent = false
      made?.close()
    }
  }, [file])
  return image
}

interface FrameProps {
  readonly image: ImageBitmap | undefined
  readonly goal: CropGoal
  readonly view: CropView
  readonly onChange: (view: CropView) => void
}

const FRAME_WIDTH_PX = { avatar: 280, header: 552 }
const STEP_PX = 12

function Frame({ image, goal, view, onChange }: FrameProps) {
  const t = useT()
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef({ x: 0, y: 0 })
  const shape = goal.width / goal.height
  useEffect(() => {
    const context = canvas.current?.getContext("2d")
    if (!image || !canvas.current || !context) return
    paint(context, { image, view, size: canvas.current })
  }, [image, view])

  const move = (by: { x: number; y: number }) => {
    const box = canvas.current?.getBoundingClientRect()
    if (image && box) onChange(dragged(view, by, { picture: image, frame: box }))
  }
  const onPointerMove = (event: PointerEvent<HTMLButtonElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
    move({ x: event.clientX - last.current.x, y: event.clientY - last.current.y })
    last.current = { x: event.clientX, y: event.clientY }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: { x: STEP_PX, y: 0 },
      ArrowRight: { x: -STEP_PX, y: 0 },
      ArrowUp: { x: 0, y: STEP_PX },
      ArrowDown: { x: 0, y: -STEP_PX },
    }[event.key]
    if (!by) return
    event.preventDefault()
    move(by)
  }
  return (
    <div className="flex justify-center rounded-12 bg-sunken p-3">
      <button
        type="button"
        aria-label={t("profile.crop.move")}
        className={cx(
          "block max-w-full cursor-move touch-none overflow-hidden",
          goal.kind === "avatar" ? "rounded-full" : "rounded-8",
        )}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          last.current = { x: event.clientX, y: event.clientY }
        }}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
        onWheel={(event) => onChange({ ...view, zoom: zoomed(view.zoom, event.deltaY) })}
      >
        <canvas
          ref={canvas}
          width={FRAME_WIDTH_PX[goal.kind] * 2}
          height={(FRAME_WIDTH_PX[goal.kind] * 2) / shape}
          className="block h-auto max-w-full"
          style={{ inlineSize: FRAME_WIDTH_PX[goal.kind] }}
        />
      </button>
    </div>
  )
}

function zoomed(zoom: number, wheel: number): number {
  return Math.min(Math.max(zoom * Math.exp(-wheel / 600), 1), MOST_ZOOM)
}

interface Painting {
  readonly image: ImageBitmap
  readonly view: CropView
  readonly size: Size
}

function paint(
  context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
  { image, view, size }: Painting,
) {
  const cut = cutOf(image, size.width / size.height, view)
  context.imageSmoothingQuality = "high"
  context.clearRect(0, 0, size.width, size.height)
  context.drawImage(image, cut.left, cut.top, cut.width, cut.height, 0, 0, size.width, size.height)
}

/** What is cut out, as a file. Undefined where the browser could not make it. */
async function draw(image: ImageBitmap, goal: CropGoal, view: CropView): Promise<Blob | undefined> {
  const cut = cutOf(image, goal.width / goal.height, view)
  const scale = Math.min(1, goal.width / cut.width)
  const size = {
    width: Math.max(1, Math.round(cut.width * scale)),
    height: Math.max(1, Math.round(cut.height * scale)),
  }
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext("2d")
  if (!context) return undefined
  paint(context, { image, view, size })
  // An avatar may be see-through, and is small enough for a format that keeps it so.
  const type = goal.kind === "avatar" ? "image/png" : "image/jpeg"
  return await canvas.convertToBlob({ type, quality: 0.9 }).catch(() => undefined)
}
