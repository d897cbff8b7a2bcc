// A picture's words for those who do not see it, and the point that stays visible when it is cut.

import { useState } from "react"
import type { KeyboardEvent, PointerEvent } from "react"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { TextArea } from "../../ui/field.tsx"
import type { DraftMedia } from "./draft.ts"
import { useMediaUrl } from "./use-media-url.ts"

interface DescribeDialogProps {
  readonly media: DraftMedia
  readonly onSave: (change: Pick<DraftMedia, "description" | "focus">) => void
  readonly onClose: () => void
}

const LONGEST = 1_500

export function DescribeDialog({ media, onSave, onClose }: DescribeDialogProps) {
  const t = useT()
  const limit = useInstance()?.configuration.media_attachments.description_limit ?? LONGEST
  const [description, setDescription] = useState(media.description)
  const [focus, setFocus] = useState(media.focus)
  return (
    <Dialog
      open
      title={t("compose.describe")}
      width="wide"
      onClose={onClose}
      actions={
        <>
          <Button look="quiet" onClick={onClose}>
            {t("ui.cancel")}
          </Button>
          <Button look="primary" onClick={() => onSave({ description: description.trim(), focus })}>
            {t("compose.describe.save")}
          </Button>
        </>
      }
    >
      <FocusPicker media={media} focus={focus} onChange={setFocus} />
      <TextArea
        label={t("compose.describe.label")}
        hint={t("compose.describe.hint")}
        aside={<span className="text-13 text-quiet tabular-nums">{limit - description.length}</span>}
        value={description}
        maxLength={limit}
        dir="auto"
        rows={3}
        onChange={(event) => setDescription(event.target.value)}
      />
    </Dialog>
  )
}

interface FocusPickerProps {
  readonly media: DraftMedia
  readonly focus: { readonly x: number; readonly y: number }
  readonly onChange: (focus: { x: number; y: number }) => void
}

const STEP = 0.1

function FocusPicker({ media, focus, onChange }: FocusPickerProps) {
  const t = useT()
  const url = useMediaUrl(media)
  const bound = (value: number) => Math.min(Math.max(value, -1), 1)
  const onPointer = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.buttons === 0 && event.type === "pointermove") return
    const box = event.currentTarget.getBoundingClientRect()
    onChange({
      x: bound(((event.clientX - box.left) / box.width) * 2 - 1),
      y: bound(1 - ((event.clientY - box.top) / box.height) * 2),
    })
  }
  const onKey = (event: KeyboardEvent) => {
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[
      event.key
    ]
    if (!by) return
    event.preventDefault()
    onChange({ x: bound(focus.x + (by[0] ?? 0)), y: bound(focus.y + (by[1] ?? 0)) })
  }
  return (
    <div className="mb-4 flex justify-center rounded-12 bg-sunken">
      <button
        type="button"
        aria-label={t("compose.describe.focus", {
          x: Math.round(focus.x * 100),
          y: Math.round(focus.y * 100),
        })}
        title={t("compose.describe.focus.hint")}
        className="relative block max-w-full cursor-crosshair touch-none"
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onKeyDown={onKey}
      >
        {url !== null && (
          <img src={url} alt="" draggable={false} className="max-h-[45dvh] max-w-full rounded-12" />
        )}
        <span
          aria-hidden
          className="pointer-events-none absolute size-10 -translate-1/2 rounded-full border-2 border-on-shade bg-scrim shadow-float"
          style={{ left: `${(focus.x + 1) * 50}%`, top: `${(1 - focus.y) * 50}%` }}
        />
      </button>
    </div>
  )
}
