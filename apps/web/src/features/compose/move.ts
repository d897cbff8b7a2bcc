// One item of a list a place further. Pure.

export function moved<T>(list: readonly T[], place: number, by: 1 | -1): readonly T[] {
  const item = list[place]
  const to = place + by
  if (item === undefined || to < 0 || to >= list.length) return list
  const rest = list.filter((_, at) => at !== place)
  return [...rest.slice(0, to), item, ...rest.slice(to)]
}
