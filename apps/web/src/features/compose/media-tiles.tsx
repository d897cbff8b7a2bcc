// The pictures of a post that is being written: their progress, their descriptions, their order.

import { ArrowLeft, ArrowRight, Pencil, RotateCcw, X } from "lucide-react"
import { useState } from "react"
import { useT } from "../../intl/translate.ts"
import { IconButton } from "../../ui/icon-button.tsx"
import { Picture } from "../../ui/picture.tsx"
import { DescribeDialog } from "./describe-dialog.tsx"
import type { DraftMedia } from "./draft.ts"
import { moved } from "./move.ts"
import { useMediaUrl } from "./use-media-url.ts"
import type { UploadState } from "./use-uploads.ts"

interface MediaTilesProps {
  readonly media: readonly DraftMedia[]
  readonly uploads: Readonly<Record<string, UploadState>>
  readonly onChange: (media: readonly DraftMedia[]) => void
  readonly onDescribe: (media: DraftMedia) => void
  readonly onRemove: (media: DraftMedia) => void
  readonly onRetry: (media: DraftMedia) => void
}

export function MediaTiles({ media, uploads, onChange, onDescribe, onRemove, onRetry }: MediaTilesProps) {
  const t = useT()
  const [described, setDescribed] = useState<string>()
  const open = media.find(({ key }) => key === described)
  if (media.length === 0) return null
  return (
    <>
      <ul
        aria-label={t("compose.media")}
        className={media.length === 1 ? "mt-3" : "mt-3 grid grid-cols-2 gap-2"}
      >
        {media.map((one, place) => (
          <li key={one.key} className="relative overflow-hidden rounded-12">
            <Tile media={one} />
            <UploadProgress state={uploads[one.key]} onRetry={() => onRetry(one)} />
            <div className="absolute end-2 top-2 flex gap-1">
              {place > 0 && (
                <IconButton
                  look="shade"
                  size="small"
                  label={t("compose.media.earlier")}
                  icon={<ArrowLeft size={16} aria-hidden className="rtl:-scale-x-100" />}
                  onClick={() => onChange(moved(media, place, -1))}
                />
              )}
              {place < media.length - 1 && (
                <IconButton
                  look="shade"
                  size="small"
                  label={t("compose.media.later")}
                  icon={<ArrowRight size={16} aria-hidden className="rtl:-scale-x-100" />}
                  onClick={() => onChange(moved(media, place, 1))}
                />
              )}
              <IconButton
                look="shade"
                size="small"
                label={t("compose.media.remove")}
                icon={<X size={17} aria-hidden />}
                onClick={() => onRemove(one)}
              />
            </div>
            <button
              type="button"
              className="absolute start-2 bottom-2 flex min-h-8 max-w-[85%] items-center gap-1.5 rounded-full bg-shade px-3 text-13 font-medium text-on-shade hover:bg-scrim"
              onClick={() => setDescribed(one.key)}
            >
              <Pencil size={13} aria-hidden className="shrink-0" />
              <span className="truncate">
                {one.description === "" ? t("compose.media.describe") : one.description}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {open && (
        <DescribeDialog
          media={open}
          onSave={(change) => {
            setDescribed(undefined)
            onDescribe({ ...open, ...change })
          }}
          onClose={() => setDescribed(undefined)}
        />
      )}
    </>
  )
}

function Tile({ media }: { readonly media: DraftMedia }) {
  const url = useMediaUrl(media)
  return (
    <Picture
      url={url}
      alt={media.description}
      blurhash={media.blurhash}
      meta={{ focus: media.focus }}
      className="aspect-[16/10] w-full"
    />
  )
}

function UploadProgress({
  state,
  onRetry,
}: {
  readonly state: UploadState | undefined
  readonly onRetry: () => void
}) {
  const t = useT()
  if (state?.kind === "sending")
    return (
      <div className="absolute inset-0 flex items-end bg-scrim p-3 pb-12">
        <progress
          aria-label={t("compose.media.sending")}
          max={1}
          value={state.part}
          className="h-1.5 w-full overflow-hidden rounded-full bg-scrim accent-accent"
        />
      </div>
    )
  if (state?.kind === "failed")
    return (
      <div
        role="alert"
        className="absolute inset-0 flex flex-col items-center justify-center gap-2 bg-shade p-3 text-center text-13 text-on-shade"
      >
        <span>{state.lasting ? state.reason : t("compose.media.failed")}</span>
        {!state.lasting && (
          <button
            type="button"
            className="flex min-h-9 items-center gap-1.5 rounded-full bg-scrim px-3 font-medium"
            onClick={onRetry}
          >
            <RotateCcw size={15} aria-hidden />
            {t("ui.retry")}
          </button>
        )}
      </div>
    )
  return null
}
