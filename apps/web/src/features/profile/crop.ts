// Which part of a picture is taken when it is cut to a shape, by zoom and by where one has moved it. Pure.

export interface Size {
  readonly width: number
  readonly height: number
}

export interface CropView {
  /** From 1: as much of the picture as the shape can hold. */
  readonly zoom: number
  /** The middle of what is taken, each from 0 to 1 of the picture. */
  readonly x: number
  readonly y: number
}

export interface Cut extends Size {
  readonly left: number
  readonly top: number
}

export const wholeView: CropView = { zoom: 1, x: 0.5, y: 0.5 }
export const MOST_ZOOM = 4

/** In the picture's own pixels, and always inside it. `shape` is width by height. */
export function cutOf(picture: Size, shape: number, view: CropView): Cut {
  const wide = picture.width / picture.height > shape
  const full = wide
    ? { width: picture.height * shape, height: picture.height }
    : { width: picture.width, height: picture.width / shape }
  const width = full.width / view.zoom
  const height = full.height / view.zoom
  return {
    width,
    height,
    left: between(picture.width * view.x - width / 2, picture.width - width),
    top: between(picture.height * view.y - height / 2, picture.height - height),
  }
}

/** The view moved by px on a frame of `frame` px, as if the picture were dragged; it stops where the picture ends. */
export function dragged(
  view: CropView,
  by: { readonly x: number; readonly y: number },
  { picture, frame }: { readonly picture: Size; readonly frame: Size },
): CropView {
  const shape = frame.width / frame.height
  const cut = cutOf(picture, shape, view)
  const scale = cut.width / frame.width
  const moved = cutOf(picture, shape, {
    zoom: view.zoom,
    x: (cut.left + cut.width / 2 - by.x * scale) / picture.width,
    y: (cut.top + cut.height / 2 - by.y * scale) / picture.height,
  })
  return {
    zoom: view.zoom,
    x: (moved.left + moved.width / 2) / picture.width,
    y: (moved.top + moved.height / 2) / picture.height,
  }
}

function between(value: number, most: number): number {
  return Math.min(Math.max(value, 0), Math.max(0, most))
}
