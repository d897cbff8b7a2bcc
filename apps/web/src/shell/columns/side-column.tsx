// The quiet column at the end of wide screens: search, what is talked about, whom to follow, and the small print. It shows nothing
// rather than an error or an empty frame.

import { Search } from "lucide-react"
import { useNavigate } from "@tanstack/react-router"
import { useState } from "react"
import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { PlainLink } from "../../ui/link.tsx"
import { Trends } from "./trends.tsx"
import { WhoToFollow } from "./who-to-follow.tsx"

export function SideColumn() {
  const t = useT()
  return (
    <aside
      aria-label={t("shell.aside")}
      className="sticky top-0 flex h-dvh flex-col gap-6 overflow-y-auto px-6 py-3 [scrollbar-width:none] max-wide:hidden"
    >
      <SearchField />
      <Trends />
      <WhoToFollow />
      <SmallPrint />
    </aside>
  )
}

function SearchField() {
  const t = useT()
  const navigate = useNavigate()
  const [text, setText] = useState("")
  return (
    <form
      role="search"
      className="relative shrink-0"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() !== "") void navigate({ to: "/search", search: { q: text.trim() } })
      }}
    >
      <Search
        size={18}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 start-3.5 my-auto text-quiet"
      />
      <input
        type="search"
        aria-label={t("shell.search")}
        placeholder={t("shell.search")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-h-11 w-full rounded-full border border-transparent bg-sunken ps-10 pe-4 text-15 hover:border-edge/60 focus:border-accent focus:bg-surface"
      />
    </form>
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
