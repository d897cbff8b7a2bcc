// How the client looks and behaves on this device. Each takes effect at once.

import { useId } from "react"
import { locales } from "../../intl/locales.ts"
import { useT } from "../../intl/translate.ts"
import type { Appearance } from "../../preferences/appearance.ts"
import { useAppearance } from "../../preferences/use-appearance.ts"
import { cx } from "../../ui/class-names.ts"
import { Select } from "../../ui/field.tsx"
import { Switch } from "../../ui/switch.tsx"
import { SettingsSection } from "./settings-section.tsx"

export function AppearanceControls() {
  const t = useT()
  const [appearance, change] = useAppearance()
  const textSizes = [
    { value: "small", label: t("settings.text.small") },
    { value: "normal", label: t("settings.text.normal") },
    { value: "large", label: t("settings.text.large") },
    { value: "larger", label: t("settings.text.larger") },
  ] as const
  return (
    <>
      <SettingsSection title={t("settings.theme")}>
        <ThemeChoice value={appearance.theme} onChange={(theme) => change({ theme })} />
      </SettingsSection>
      <SettingsSection title={t("settings.comfort")}>
        <div className="flex flex-col gap-2">
          <Select
            label={t("settings.text")}
            value={appearance.textSize}
            options={textSizes}
            onChange={(textSize) => change({ textSize })}
          />
          <LanguageChoice />
          <Switch
            label={t("settings.motion")}
            hint={t("settings.motion.hint")}
            checked={appearance.motion === "reduced"}
            onChange={(on) => change({ motion: on ? "reduced" : "system" })}
          />
          <Switch
            label={t("settings.keys")}
            hint={t("settings.keys.hint")}
            checked={appearance.shortcuts === "on"}
            onChange={(on) => change({ shortcuts: on ? "on" : "off" })}
          />
        </div>
      </SettingsSection>
    </>
  )
}

function LanguageChoice() {
  const t = useT()
  const [appearance, change] = useAppearance()
  const options = [
    { value: "", label: t("settings.language.browser") },
    ...locales.map(({ tag, name }) => ({ value: tag, label: name })),
  ]
  return (
    <Select
      label={t("settings.language")}
      hint={t("settings.language.hint")}
      value={appearance.language}
      options={options}
      onChange={(language) => {
        change({ language })
        // Words are chosen when the client starts.
        location.reload()
      }}
    />
  )
}

type Theme = Appearance["theme"]

interface ThemeChoiceProps {
  readonly value: Theme
  readonly onChange: (theme: Theme) => void
}

function ThemeChoice({ value, onChange }: ThemeChoiceProps) {
  const t = useT()
  const name = useId()
  const themes = [
    { theme: "system", label: t("settings.theme.system") },
    { theme: "light", label: t("settings.theme.light") },
    { theme: "dark", label: t("settings.theme.dark") },
  ] as const
  return (
    <div role="radiogroup" aria-label={t("settings.theme")} className="grid grid-cols-3 gap-3">
      {themes.map(({ theme, label }) => (
        <label
          key={theme}
          htmlFor={`${name}-${theme}`}
          className={cx(
            "flex cursor-pointer flex-col gap-2 rounded-12 border p-2 text-center text-15 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
            theme === value ? "border-accent bg-accent-soft font-medium" : "hover:bg-hover",
          )}
        >
          <input
            id={`${name}-${theme}`}
            type="radio"
            name={name}
            className="sr-only"
            checked={theme === value}
            onChange={() => onChange(theme)}
          />
          <span className="flex h-16 overflow-hidden rounded-8 border">
            {(theme === "system" ? (["light", "dark"] as const) : [theme]).map((shown) => (
              <ThemePicture key={shown} theme={shown} />
            ))}
          </span>
          {label}
        </label>
      ))}
    </div>
  )
}

/** The colours of a theme, whichever is on. */
function ThemePicture({ theme }: { readonly theme: "light" | "dark" }) {
  return (
    <span
      aria-hidden
      style={{ colorScheme: theme }}
      className="flex flex-1 flex-col gap-1.5 bg-surface p-2.5"
    >
      <span className="h-1.5 w-3/4 rounded-full bg-text" />
      <span className="h-1.5 w-full rounded-full bg-line" />
      <span className="h-1.5 w-1/2 rounded-full bg-accent" />
    </span>
  )
}
