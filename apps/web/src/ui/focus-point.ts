// Which part of a picture stays visible when it is cut: Mastodon's focus point as CSS. Pure.

/** `x` and `y` from -1 to 1, y upwards; as `object-position`. */
export function objectPosition(focus: { readonly x: number; readonly y: number } | undefined): string {
  const { x, y } = focus ?? { x: 0, y: 0 }
  const percent = (value: number) => `${Math.round(Math.min(Math.max(value, 0), 1) * 100)}%`
  return `${percent(x / 2 + 0.5)} ${percent(0.5 - y / 2)}`
}
