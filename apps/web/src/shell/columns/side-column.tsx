// The quiet column at the end of wide screens: search, what is talked about, whom to follow, and the small print. It shows nothing
// rather than an error or an empty frame.

import { useLocation } from "@tanstack/react-router"
import { SearchBox } from "../../features/search/search-box.tsx"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { Trends } from "./trends.tsx"
import { WhoToFollow } from "./who-to-follow.tsx"

export function SideColumn() {
  const t = useT()
  const { pathname } = useLocation()
  return (
    <aside
      aria-label={t("shell.aside")}
      className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto px-6 py-3 [scrollbar-width:none] max-wide:hidden"
    >
      {pathname !== "/search" && <SearchBox />}
      <Trends />
      <WhoToFollow />
      <SmallPrint />
    </aside>
  )
}

function SmallPrint() {
  const t = useT()
  const instance = useInstance()
  return (
    <footer className="mt-auto flex flex-wrap gap-x-3 gap-y-1 pb-2 text-13 text-quiet">
      <PlainLink to="/about" className="hover:underline">
        {t("shell.about")}
      </PlainLink>
      {instance && (
        <a href={instance.source_url} rel="noopener noreferrer" target="_blank" className="hover:underline">
          {t("shell.source")}
        </a>
      )}
    </footer>
  )
}
