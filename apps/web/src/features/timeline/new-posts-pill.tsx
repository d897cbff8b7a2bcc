// "3 new posts", floating over the list until it is pressed.

import { ArrowUp } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { useShortcut } from "../../shell/shortcuts/shortcuts.tsx"
import type { NewPosts } from "./new-posts.ts"

export function NewPostsPill({ news, onShow }: { readonly news: NewPosts; readonly onShow: () => void }) {
  const t = useT()
  const count = news.posts.length
  useShortcut({ keys: "u", label: "timeline.show.new", group: "post" }, onShow, count > 0)
  return (
    <div role="status" className="pointer-events-none sticky top-16 z-10 flex h-0 justify-center">
      {count > 0 && (
        <button
          type="button"
          className="pointer-events-auto flex h-10 animate-rise-in items-center gap-1.5 rounded-full bg-accent ps-3.5 pe-4.5 text-15 font-medium text-on-accent shadow-float transition-colors hover:bg-accent-hover"
          onClick={onShow}
        >
          <ArrowUp size={17} aria-hidden />
          {news.hasGap ? t("timeline.new.many") : t("timeline.new", { count })}
        </button>
      )}
    </div>
  )
}
