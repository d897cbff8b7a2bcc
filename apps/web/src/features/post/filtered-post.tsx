// A post behind one of the member's filters: which one, and a way to see it all the same.

import { Filter } from "lucide-react"
import { useState } from "react"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"

export function FilteredPost({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const t = useT()
  const [shown, setShown] = useState(false)
  if (shown) return children
  return (
    <div className="mt-1 flex items-center gap-2 rounded-12 bg-sunken py-1 ps-3 pe-1 text-15 text-quiet">
      <Filter size={16} aria-hidden className="shrink-0" />
      <span className="line-clamp-2 min-w-0 flex-1">{t("post.filtered", { title })}</span>
      <button
        type="button"
        className="touch-target min-h-9 shrink-0 rounded-8 px-3 font-medium text-accent hover:bg-hover"
        onClick={() => setShown(true)}
      >
        {t("post.filtered.show")}
      </button>
    </div>
  )
}
