// A text as a QR code for a camera: always dark on white, with the quiet zone that readers need.

import { useMemo } from "react"
import { qrCode } from "./qr-code.ts"

interface QrPictureProps {
  readonly text: string
  /** For screen readers: what a camera finds in it. */
  readonly label: string
  /** In px. */
  readonly size?: number
}

const QUIET_ZONE = 4

/** Nothing for a text that is too long for a code: whoever shows one shows the text as well. */
export function QrPicture({ text, label, size = 200 }: QrPictureProps) {
  const code = useMemo(() => qrCode(text), [text])
  if (!code) return null
  const side = code.length + 2 * QUIET_ZONE
  const path = code.flatMap((row, y) =>
    row.flatMap((dark, x) => (dark ? `M${x + QUIET_ZONE} ${y + QUIET_ZONE}h1v1h-1z` : [])),
  )
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${side} ${side}`}
      width={size}
      height={size}
      shapeRendering="crispEdges"
      className="rounded-12 bg-paper ring-1 ring-line"
    >
      <path d={path.join("")} className="fill-ink" />
    </svg>
  )
}
