// What a browser calls itself, in short: "Firefox on Android". Pure.

// In this order: most claim to be one of the later ones too.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg(e|A|iOS)?\//, "Edge"],
  [/OPR\/|Opera/, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Vivaldi\//, "Vivaldi"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/CriOS\/|Chrome\/|Chromium\//, "Chrome"],
  [/Safari\//, "Safari"],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux/, "Linux"],
]

/** Undefined for what is no browser that one knows. */
export function browserName(userAgent: string | null): string | undefined {
  const found = (names: typeof browsers) => names.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1]
  const browser = found(browsers)
  const system = found(systems)
  if (browser === undefined) return system
  return system === undefined ? browser : `${browser} · ${system}`
}
