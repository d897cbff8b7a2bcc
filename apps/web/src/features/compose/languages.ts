// Languages that a post can be said to be in, by their names in the reader's language.

const tags =
  "ar bg bn ca cs cy da de el en eo es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko ku lt lv mk ml mn ms nb nl nn no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur vi yi zh"

export interface Language {
  readonly tag: string
  readonly name: string
}

/** By name; `first` (those that the reader uses) before all others. */
export function languages(locale: string, first: readonly string[]): Language[] {
  const names = new Intl.DisplayNames([locale], { type: "language", fallback: "code" })
  const named = (tag: string) => ({ tag, name: names.of(tag) ?? tag })
  const known = tags.split(" ")
  const preferred = [...new Set(first.map((tag) => tag.split("-")[0] ?? ""))].filter((tag) =>
    known.includes(tag),
  )
  const others = known
    .filter((tag) => !preferred.includes(tag))
    .map(named)
    .sort((one, other) => one.name.localeCompare(other.name, locale))
  return [...preferred.map(named), ...others]
}
