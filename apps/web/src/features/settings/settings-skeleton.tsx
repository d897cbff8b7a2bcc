// Where controls will be, while what they show is read.

import { useT } from "../../intl/translate.ts"

export function SettingsSkeleton() {
  const t = useT()
  return (
    <div role="status" className="animate-late px-4 py-6 rail:px-6">
      <span className="sr-only">{t("ui.loading")}</span>
      {[0, 1].map((part) => (
        <div key={part} aria-hidden className="mb-10">
          <span className="block h-4 w-2/5 rounded-full bg-sunken" />
          <span className="mt-4 block h-3 w-4/5 rounded-full bg-sunken" />
          <span className="mt-5 block h-11 rounded-8 bg-sunken" />
          <span className="mt-3 block h-11 rounded-8 bg-sunken" />
        </div>
      ))}
    </div>
  )
}
