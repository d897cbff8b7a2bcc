// Search: over people, posts and tags.

import { useSearch } from "@tanstack/react-router"
import { Search } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PageHeader } from "../../shell/page-header.tsx"
import { TabLink, TabLinks } from "../../ui/tabs.tsx"
import { SearchBox } from "./search-box.tsx"
import { SearchHints } from "./search-hints.tsx"
import { TopResults } from "./top-results.tsx"
import { TypeResults } from "./type-results.tsx"

export function SearchPage() {
  const t = useT()
  const { q = "", type } = useSearch({ from: "/shell/search" })
  const text = q.trim()
  return (
    <>
      <PageHeader
        title={t("search.title")}
        documentTitle={text === "" ? t("search.title") : `${text} · ${t("search.title")}`}
        below={
          <>
            <div className="px-4 pb-3">
              <SearchBox key={text} initial={text} autoFocus={text === ""} />
            </div>
            {text !== "" && <Types text={text} />}
          </>
        }
      />
      <Results text={text} type={type} />
    </>
  )
}

function Types({ text }: { readonly text: string }) {
  const t = useT()
  const types = [
    { type: undefined, label: t("search.all") },
    { type: "accounts", label: t("search.people") },
    { type: "statuses", label: t("search.posts") },
    { type: "hashtags", label: t("search.tags") },
  ] as const
  return (
    <TabLinks label={t("search.tabs")}>
      {types.map(({ type, label }) => (
        <TabLink
          key={label}
          to="/search"
          search={type === undefined ? { q: text } : { q: text, type }}
          activeOptions={{ exact: true, includeSearch: true }}
          replace
        >
          {label}
        </TabLink>
      ))}
    </TabLinks>
  )
}

function Results({ text, type }: { readonly text: string; readonly type: string | undefined }) {
  const t = useT()
  if (text === "")
    return (
      <div className="px-4 py-10 rail:px-6">
        <span
          aria-hidden
          className="mx-auto mb-4 flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent"
        >
          <Search size={28} />
        </span>
        <p className="text-center text-18 font-strong">{t("search.begin")}</p>
        <SearchHints />
      </div>
    )
  if (type === "accounts" || type === "statuses" || type === "hashtags")
    return <TypeResults key={`${type} ${text}`} text={text} type={type} />
  return <TopResults text={text} />
}
