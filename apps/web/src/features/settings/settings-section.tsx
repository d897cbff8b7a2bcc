// A part of a settings page: what it is about, a word on it, and its controls.

import { useId } from "react"
import type { ReactNode } from "react"

interface SettingsSectionProps {
  readonly title: string
  readonly hint?: ReactNode
  readonly children: ReactNode
}

export function SettingsSection({ title, hint, children }: SettingsSectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-b px-4 py-6 last:border-b-0 rail:px-6">
      <h2 id={id} className="text-18 font-strong tracking-tight">
        {title}
      </h2>
      {hint !== undefined && <p className="mt-1 text-15 text-pretty text-quiet">{hint}</p>}
      <div className="mt-4">{children}</div>
    </section>
  )
}
