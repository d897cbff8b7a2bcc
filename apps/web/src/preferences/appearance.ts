// How the client looks on this device: theme, size of text, motion. Kept in local storage under the key that public/appearance.js
// reads before the first paint; the two must agree.

export interface Appearance {
  readonly theme: "system" | "light" | "dark"
  readonly textSize: "small" | "normal" | "large" | "larger"
  readonly motion: "system" | "reduced"
  /** Single keys that do something; who dictates to the computer turns them off (WCAG 2.1.4). */
  readonly shortcuts: "on" | "off"
  /** The tag of one of the client's languages; empty for the browser's. */
  readonly language: string
}

const defaultAppearance: Appearance = {
  theme: "system",
  textSize: "normal",
  motion: "system",
  shortcuts: "on",
  language: "",
}

const KEY = "aviary:appearance"

export interface AppearanceStore {
  readonly get: () => Appearance
  readonly set: (change: Partial<Appearance>) => void
  readonly subscribe: (listener: () => void) => () => void
}

function createAppearanceStore(): AppearanceStore {
  const listeners = new Set<() => void>()
  let current = read()

  return {
    get: () => current,
    set(change) {
      current = { ...current, ...change }
      localStorage.setItem(KEY, JSON.stringify(current))
      apply(current)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

function read(): Appearance {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Appearance>
    return { ...defaultAppearance, ...stored }
  } catch {
    return defaultAppearance
  }
}

function apply({ theme, textSize, motion }: Appearance) {
  const { dataset, style } = document.documentElement
  style.colorScheme = theme === "system" ? "" : theme
  for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    bar.media = barMedia(bar.dataset.theme ?? "", theme)
  setOrDrop(dataset, "theme", theme === "system" ? undefined : theme)
  setOrDrop(dataset, "textSize", textSize === "normal" ? undefined : textSize)
  setOrDrop(dataset, "motion", motion === "system" ? undefined : motion)
}

/** When a colour for the browser's own bars holds: by the system's theme, or always where the reader chose one. */
function barMedia(of: string, theme: Appearance["theme"]): string {
  if (theme === "system") return `(prefers-color-scheme: ${of})`
  return of === theme ? "all" : "not all"
}

function setOrDrop(dataset: DOMStringMap, name: string, value: string | undefined) {
  if (value === undefined) delete dataset[name]
  else dataset[name] = value
}

export const appearance: AppearanceStore = createAppearanceStore()
