// Pictures and films over the whole screen: swiped, zoomed, walked with keys, described. Back closes it, as on a phone it must.

import { ChevronLeft, ChevronRight, Download, X } from "lucide-react"
import { Dialog as Radix } from "radix-ui"
import { useEffect, useEffectEvent, useRef, useState } from "react"
import type { KeyboardEvent } from "react"
import type { MediaAttachment } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { cx } from "../../ui/class-names.ts"
import { IconButton } from "../../ui/icon-button.tsx"
import { useReturnFocus } from "../../ui/use-return-focus.ts"
import type { ViewRequest } from "./media-viewer-context.tsx"
import { ZoomedPicture } from "./zoomed-picture.tsx"
import type { Swipe } from "./gesture.ts"

interface MediaViewerProps {
  readonly request: ViewRequest
  readonly onClose: () => void
}

export function MediaViewer({ request, onClose }: MediaViewerProps) {
  const t = useT()
  const { media } = request
  const [place, setPlace] = useState(request.start)
  const close = useBackCloses(onClose)
  const focus = useReturnFocus()
  const current = media[place]
  const go = (by: number) => setPlace((now) => Math.min(Math.max(now + by, 0), media.length - 1))
  const rtl = document.documentElement.dir === "rtl"
  const onSwipe = (swipe: Swipe) => {
    if (swipe === "close") close()
    if (swipe === "left") go(rtl ? -1 : 1)
    if (swipe === "right") go(rtl ? 1 : -1)
  }
  const [forward, backward] = rtl ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"]
  const onKey = (event: KeyboardEvent) => {
    if (event.key === forward || event.key === "j") go(1)
    if (event.key === backward || event.key === "k") go(-1)
  }
  if (!current) return null
  return (
    <Radix.Root open onOpenChange={(open) => !open && close()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-viewer" />
        <Radix.Content
          {...focus}
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col text-on-shade outline-none"
          onKeyDown={onKey}
        >
          <Radix.Title className="sr-only">
            {t("viewer.title", { place: place + 1, count: media.length })}
          </Radix.Title>
          <TopBar media={current} place={place} count={media.length} onClose={close} />
          <div className="relative min-h-0 flex-1 overflow-hidden">
            <Shown key={current.id} media={current} onSwipe={onSwipe} />
            {place > 0 && <StepButton side="start" label={t("viewer.previous")} onClick={() => go(-1)} />}
            {place < media.length - 1 && (
              <StepButton side="end" label={t("viewer.next")} onClick={() => go(1)} />
            )}
          </div>
          <Description text={current.description} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Puts an entry into the history that back takes away again; closing by hand takes it away too. */
function useBackCloses(onClose: () => void): () => void {
  const done = useEffectEvent(onClose)
  const opened = useRef(false)
  useEffect(() => {
    if (!opened.current) {
      opened.current = true
      history.pushState({ ...history.state, viewer: true }, "")
    }
    const onPop = () => done()
    addEventListener("popstate", onPop)
    return () => removeEventListener("popstate", onPop)
  }, [])
  return () => history.back()
}

function Shown({
  media,
  onSwipe,
}: {
  readonly media: MediaAttachment
  readonly onSwipe: (swipe: Swipe) => void
}) {
  const label = media.description ?? undefined
  switch (media.type) {
    case "video":
    case "gifv":
      return (
        // There are no captions in the API; the description stands below.
        // oxlint-disable-next-line jsx-a11y/media-has-caption
        <video
          src={media.url ?? undefined}
          poster={media.preview_url ?? undefined}
          aria-label={label}
          controls={media.type === "video"}
          autoPlay
          loop={media.type === "gifv"}
          muted={media.type === "gifv"}
          playsInline
          className="size-full object-contain"
        />
      )
    case "image":
    case "audio":
    case "unknown":
      return <ZoomedPicture media={media} onSwipe={onSwipe} />
  }
}

interface TopBarProps {
  readonly media: MediaAttachment
  readonly place: number
  readonly count: number
  readonly onClose: () => void
}

function TopBar({ media, place, count, onClose }: TopBarProps) {
  const t = useT()
  return (
    <div className="flex min-h-14 items-center gap-1 px-2">
      <IconButton look="shade" label={t("ui.close")} icon={<X size={20} aria-hidden />} onClick={onClose} />
      <span aria-hidden className="flex-1 text-center text-15 tabular-nums">
        {count > 1 && t("viewer.place", { place: place + 1, count })}
      </span>
      {media.url !== null && (
        <a
          href={media.url}
          download
          target="_blank"
          rel="noopener"
          aria-label={t("viewer.download")}
          title={t("viewer.download")}
          className="touch-target flex size-10 items-center justify-center rounded-full bg-shade hover:bg-scrim"
        >
          <Download size={19} aria-hidden />
        </a>
      )}
    </div>
  )
}

interface StepButtonProps {
  readonly side: "start" | "end"
  readonly label: string
  readonly onClick: () => void
}

function StepButton({ side, label, onClick }: StepButtonProps) {
  const Icon = side === "start" ? ChevronLeft : ChevronRight
  return (
    <span
      className={cx(
        "absolute inset-y-0 my-auto h-10 max-rail:hidden",
        side === "start" ? "start-3" : "end-3",
      )}
    >
      <IconButton
        look="shade"
        label={label}
        icon={<Icon size={22} aria-hidden className="rtl:-scale-x-100" />}
        onClick={onClick}
      />
    </span>
  )
}

function Description({ text }: { readonly text: string | null }) {
  if (text === null || text === "") return <div className="min-h-[env(safe-area-inset-bottom)]" />
  return (
    <p
      dir="auto"
      className="mx-auto max-h-[25dvh] w-full max-w-2xl overflow-y-auto px-5 pt-3 pb-[calc(1rem+env(safe-area-inset-bottom))] text-15"
    >
      {text}
    </p>
  )
}
