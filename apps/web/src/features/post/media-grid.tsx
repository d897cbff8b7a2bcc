// A post's pictures and films, in a grid whose place is known before anything has loaded. Sensitive ones stay covered until asked for.

import { EyeOff, Play } from "lucide-react"
import { useState } from "react"
import type { MediaAttachment } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { cx } from "../../ui/class-names.ts"
import { Picture } from "../../ui/picture.tsx"
import { useMediaViewer } from "../media-viewer/media-viewer-context.tsx"
import { mediaLayout } from "./media-layout.ts"

interface MediaGridProps {
  readonly media: readonly MediaAttachment[]
  readonly sensitive: boolean
  /** Of the first posts of a page: loaded at once. */
  readonly priority?: boolean
}

export function MediaGrid({ media, sensitive, priority = false }: MediaGridProps) {
  const t = useT()
  const [covered, setCovered] = useState(sensitive)
  const seen = media.filter(({ type }) => type !== "audio")
  const audio = media.filter(({ type }) => type === "audio")
  return (
    <>
      {seen.length > 0 && (
        <div className="relative mt-3">
          <Cells media={seen} covered={covered} priority={priority} />
          {covered ? (
            <button
              type="button"
              className="absolute inset-0 flex items-center justify-center rounded-12 text-15"
              onClick={() => setCovered(false)}
            >
              <span className="flex min-h-10 items-center gap-2 rounded-full bg-shade px-4 font-medium text-on-shade">
                <EyeOff size={18} aria-hidden />
                {t("post.media.sensitive")}
              </span>
            </button>
          ) : (
            sensitive && <CoverButton onClick={() => setCovered(true)} />
          )}
        </div>
      )}
      {audio.map((one) => (
        <figure key={one.id} className="mt-3 rounded-12 border p-3">
          {/* What is said in it stands in its description: there are no captions in the API. */}
          {/* oxlint-disable-next-line jsx-a11y/media-has-caption */}
          <audio
            controls
            preload="none"
            src={one.url ?? undefined}
            className="w-full"
            aria-label={one.description ?? undefined}
          />
          {one.description !== null && (
            <figcaption className="mt-2 text-13 text-quiet">{one.description}</figcaption>
          )}
        </figure>
      ))}
    </>
  )
}

function CoverButton({ onClick }: { readonly onClick: () => void }) {
  const t = useT()
  return (
    <button
      type="button"
      aria-label={t("post.media.hide")}
      className="touch-target absolute start-2 top-2 flex size-8 items-center justify-center rounded-full bg-shade text-on-shade"
      onClick={onClick}
    >
      <EyeOff size={16} aria-hidden />
    </button>
  )
}

interface CellsProps {
  readonly media: readonly MediaAttachment[]
  readonly covered: boolean
  readonly priority: boolean
}

function Cells({ media, covered, priority }: CellsProps) {
  const view = useMediaViewer()
  const { aspect, columns, rows, tall, more } = mediaLayout(media)
  return (
    <div
      className={cx(
        "grid max-h-[min(560px,80vh)] w-full gap-0.5 overflow-hidden rounded-12",
        columns === 2 && "grid-cols-2",
        rows === 2 && "grid-rows-2",
      )}
      style={{ aspectRatio: aspect }}
    >
      {media.slice(0, tall.length).map((one, place) => (
        <Cell
          key={one.id}
          media={one}
          covered={covered}
          priority={priority}
          className={tall[place] === true && rows === 2 ? "row-span-2" : ""}
          more={place === tall.length - 1 ? more : 0}
          onOpen={() => view({ media, start: place })}
        />
      ))}
    </div>
  )
}

interface CellProps {
  readonly media: MediaAttachment
  readonly covered: boolean
  readonly priority: boolean
  readonly className: string
  readonly more: number
  readonly onOpen: () => void
}

function Cell({ media, covered, priority, className, more, onOpen }: CellProps) {
  const t = useT()
  const { type, description } = media
  const isFilm = type === "video" || type === "gifv"
  return (
    <button
      type="button"
      disabled={covered}
      aria-label={t(isFilm ? "post.media.play" : "post.media.open", {
        description: description ?? t("post.media.undescribed"),
      })}
      className={cx(
        "group relative block min-h-0 min-w-0 overflow-hidden focus-visible:-outline-offset-4",
        className,
      )}
      onClick={onOpen}
    >
      <Picture
        url={media.preview_url ?? media.url}
        alt={description ?? ""}
        blurhash={media.blurhash}
        meta={media.meta}
        covered={covered}
        priority={priority}
        className="size-full"
      />
      {isFilm && !covered && (
        <span aria-hidden className="absolute inset-0 flex items-center justify-center">
          <span className="flex size-14 items-center justify-center rounded-full bg-shade text-on-shade">
            <Play size={26} fill="currentColor" />
          </span>
        </span>
      )}
      {description !== null && description !== "" && !covered && (
        <span
          aria-hidden
          data-word={t("post.media.alt")}
          className="absolute start-2 bottom-2 rounded-4 bg-shade px-1.5 text-13 font-strong text-on-shade before:content-[attr(data-word)]"
        />
      )}
      {more > 0 && (
        <span
          aria-hidden
          data-word={t("post.media.more", { count: more })}
          className="absolute inset-0 flex items-center justify-center bg-scrim text-28 font-strong text-on-shade before:content-[attr(data-word)]"
        />
      )}
    </button>
  )
}
