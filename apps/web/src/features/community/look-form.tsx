// The community's colour, shown all over the page while it is chosen, and its banner.

import { ImagePlus } from "lucide-react"
import type { CSSProperties } from "react"
import { useEffect, useId, useRef, useState } from "react"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { OWN_HUE, endHuePreview, previewHue } from "./community-hue.ts"
import type { CommunityFormProps } from "./community-form.ts"

const hues: readonly { readonly hue: number; readonly label: MessageId }[] = [
  { hue: OWN_HUE, label: "community.hue.blue" },
  { hue: 182, label: "community.hue.teal" },
  { hue: 145, label: "community.hue.green" },
  { hue: 70, label: "community.hue.amber" },
  { hue: 32, label: "community.hue.red" },
  { hue: 355, label: "community.hue.pink" },
  { hue: 292, label: "community.hue.violet" },
]

export function LookForm({ settings, onChange }: CommunityFormProps) {
  const t = useT()
  const fixed = settings.fixed.includes("accent_hue")
  const hue = settings.accent_hue ?? OWN_HUE
  useHuePreview(hue)
  return (
    <div className="flex flex-col gap-6">
      <div>
        <p className="text-15 font-medium">{t("community.hue")}</p>
        <p className="mb-3 text-13 text-quiet">{t(fixed ? "community.fixed" : "community.hue.hint")}</p>
        <HueChoice hue={hue} disabled={fixed} onChange={(accent_hue) => onChange({ accent_hue })} />
        <Sample />
      </div>
      <Banner settings={settings} onChange={onChange} />
    </div>
  )
}

/** All of the page in the colour that is being chosen; when the page is left it is the saved one's again. */
function useHuePreview(hue: number) {
  useEffect(() => previewHue(hue), [hue])
  useEffect(() => endHuePreview, [])
}

interface HueChoiceProps {
  readonly hue: number
  readonly disabled: boolean
  readonly onChange: (hue: number) => void
}

function HueChoice({ hue, disabled, onChange }: HueChoiceProps) {
  const t = useT()
  const name = useId()
  return (
    <fieldset disabled={disabled}>
      <legend className="sr-only">{t("community.hue")}</legend>
      <div className="grid grid-cols-[repeat(7,minmax(0,2.75rem))] gap-2">
        {hues.map(({ hue: one, label }) => (
          <label
            key={one}
            htmlFor={`${name}-${one}`}
            title={t(label)}
            // The tokens' own formula, for another hue.
            style={{ "--hue-accent": one } as CSSProperties}
            className={cx(
              "hue-swatch flex aspect-square cursor-pointer items-center justify-center rounded-full ring-offset-2 ring-offset-surface has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-text",
              one === hue && "ring-2 ring-text",
            )}
          >
            <input
              id={`${name}-${one}`}
              type="radio"
              name={name}
              className="sr-only"
              aria-label={t(label)}
              checked={one === hue}
              onChange={() => onChange(one)}
            />
          </label>
        ))}
      </div>
      <label htmlFor={`${name}-any`} className="mt-4 block text-13 text-quiet">
        {t("community.hue.any")}
      </label>
      <input
        id={`${name}-any`}
        type="range"
        min={0}
        max={359}
        value={hue}
        onChange={(event) => onChange(Number(event.target.value))}
        className="hue-range mt-2 h-6 w-full cursor-pointer appearance-none rounded-full"
      />
    </fieldset>
  )
}

function Sample() {
  const t = useT()
  return (
    <div
      role="img"
      aria-label={t("community.hue.sample")}
      className="mt-4 flex flex-wrap items-center gap-3 rounded-12 border bg-canvas p-4"
    >
      <span className="rounded-full bg-accent px-4 py-1.5 text-15 font-medium text-on-accent">
        {t("community.hue.sample.post")}
      </span>
      <span className="rounded-full bg-accent-soft px-4 py-1.5 text-15 font-medium text-accent">
        {t("community.hue.sample.follow")}
      </span>
      <span className="text-15 text-accent">{t("community.hue.sample.link")}</span>
    </div>
  )
}

function Banner({ settings, onChange }: CommunityFormProps) {
  const t = useT()
  const input = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<string>()
  useEffect(
    () => () => {
      if (chosen !== undefined) URL.revokeObjectURL(chosen)
    },
    [chosen],
  )
  const shown = chosen ?? settings.banner
  return (
    <div>
      <p className="text-15 font-medium">{t("community.banner")}</p>
      <p className="mb-3 text-13 text-quiet">{t("community.banner.hint")}</p>
      <div className="flex aspect-3/1 items-center justify-center overflow-hidden rounded-12 border bg-sunken text-quiet">
        {shown === null ? (
          <ImagePlus size={28} aria-hidden />
        ) : (
          <img src={shown} alt="" className="size-full object-cover" />
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/jpeg,image/png,image/webp,image/avif,image/gif"
        tabIndex={-1}
        aria-label={t("community.banner.choose")}
        className="sr-only"
        onChange={({ target }) => {
          const [file] = target.files ?? []
          target.value = ""
          if (!file) return
          setChosen(URL.createObjectURL(file))
          onChange({ banner: file })
        }}
      />
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="small" onClick={() => input.current?.click()}>
          {t("community.banner.choose")}
        </Button>
        {shown !== null && (
          <Button
            size="small"
            look="quiet"
            onClick={() => {
              setChosen(undefined)
              onChange({ banner: null })
            }}
          >
            {t("community.banner.remove")}
          </Button>
        )}
      </div>
    </div>
  )
}
