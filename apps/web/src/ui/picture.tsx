// A picture that takes its place before it is there: size from its metadata, colours from its blurhash, cut around its focus point.
// One that does not come says so in place, and nothing moves.

import { ImageOff } from "lucide-react"
import { useState } from "react"
import type { CSSProperties } from "react"
import type { MediaMeta } from "../api/entities.ts"
import { useT } from "../intl/translate.ts"
import { BlurhashCanvas } from "./blurhash-canvas.tsx"
import { cx } from "./class-names.ts"
import { objectPosition } from "./focus-point.ts"

interface PictureProps {
  readonly url: string | null
  readonly alt: string
  readonly blurhash: string | null
  readonly meta?: MediaMeta | null
  /** `cover` (default) cuts to the box that it is given, `contain` shows all. */
  readonly fit?: "cover" | "contain"
  /** Takes the picture's own shape instead of its box's, no narrower than 3:4 and no wider than 3:1. */
  readonly ownShape?: boolean
  /** Shows the blurhash only: a sensitive picture. */
  readonly covered?: boolean
  readonly priority?: boolean
  readonly className?: string
}

type Phase = "loading" | "shown" | "broken"

export function Picture(props: PictureProps) {
  const { url, alt, blurhash, meta, fit = "cover", ownShape = false, covered = false } = props
  const [seen, setSeen] = useState<{ url: string | null; phase: Phase }>({ url, phase: "loading" })
  const phase = seen.url === url ? seen.phase : "loading"
  const become = (next: Phase) => setSeen({ url, phase: next })
  const size = meta?.original ?? meta?.small
  return (
    <span
      className={cx("relative block overflow-hidden bg-sunken", props.className)}
      style={ownShape ? { aspectRatio: shapeOf(size) } : undefined}
    >
      {blurhash !== null && (phase !== "shown" || covered) && (
        <BlurhashCanvas hash={blurhash} className="absolute inset-0 size-full" />
      )}
      {!covered && url !== null && phase !== "broken" && (
        <img
          src={url}
          alt={alt}
          width={size?.width}
          height={size?.height}
          loading={props.priority === true ? "eager" : "lazy"}
          decoding="async"
          draggable={false}
          className={cx(
            "absolute inset-0 size-full transition-opacity",
            fit === "cover" ? "object-cover" : "object-contain",
          )}
          style={imageStyle(phase, meta)}
          ref={(image) => {
            if (image?.complete === true && image.naturalWidth > 0 && phase === "loading") become("shown")
          }}
          onLoad={() => become("shown")}
          onError={() => become("broken")}
        />
      )}
      {phase === "broken" && <Broken alt={alt} />}
    </span>
  )
}

function imageStyle(phase: Phase, meta: MediaMeta | null | undefined): CSSProperties {
  return { objectPosition: objectPosition(meta?.focus), opacity: phase === "shown" ? 1 : 0 }
}

function shapeOf(size: { readonly width?: number; readonly height?: number } | undefined): number {
  const ratio = (size?.width ?? 16) / (size?.height ?? 9)
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(Math.max(ratio, 3 / 4), 3) : 16 / 9
}

function Broken({ alt }: { readonly alt: string }) {
  const t = useT()
  return (
    <span className="absolute inset-0 flex flex-col items-center justify-center gap-1 bg-sunken p-3 text-center text-13 text-quiet">
      <ImageOff size={22} aria-hidden />
      <span>{t("ui.picture.broken")}</span>
      <span className="line-clamp-3">{alt}</span>
    </span>
  )
}
