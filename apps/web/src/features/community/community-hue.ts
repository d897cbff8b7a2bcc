// The page in another accent: while one is chosen, and after it was saved, until the page is loaded anew with it.

/** The client's own accent; tokens.css states it. */
export const OWN_HUE = 222

let kept: number | undefined

export function previewHue(hue: number): void {
  document.documentElement.style.setProperty("--hue-accent", String(hue))
}

/** The hue that was saved; null is the client's own. */
export function keepHue(hue: number | null): void {
  kept = hue ?? OWN_HUE
  previewHue(kept)
}

export function endHuePreview(): void {
  if (kept === undefined) document.documentElement.style.removeProperty("--hue-accent")
  else previewHue(kept)
}
