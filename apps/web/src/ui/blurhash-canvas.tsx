// A blurhash drawn small and stretched: the colours of a picture that is on its way. A hash that is none draws nothing.

import { decode, isBlurhashValid } from "blurhash"
import { useEffect, useRef } from "react"

const SIDE = 32

export function BlurhashCanvas({ hash, className }: { readonly hash: string; readonly className?: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext("2d")
    if (!context || !isBlurhashValid(hash).result) return
    const pixels = context.createImageData(SIDE, SIDE)
    pixels.data.set(decode(hash, SIDE, SIDE))
    context.putImageData(pixels, 0, 0)
  }, [hash])
  return <canvas ref={canvas} width={SIDE} height={SIDE} aria-hidden className={className} />
}
