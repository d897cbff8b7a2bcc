// The search field with what comes to mind while one types: tags, people, what was searched for before. A combobox by WAI-ARIA: the
// arrows choose, Enter opens, Escape closes.

import { useQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { Clock, Hash, Search, X } from "lucide-react"
import { useEffect, useId, useRef, useState } from "react"
import type { FocusEvent, KeyboardEvent, ReactNode } from "react"
import type { Account, SearchResults } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { cx } from "../../ui/class-names.ts"
import { DisplayName, Handle } from "../../ui/display-name.tsx"
import { forgetSearches, keepSearch, recentSearches } from "./recent-searches.ts"

type Option =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "recent"; readonly text: string }
  | { readonly kind: "tag"; readonly name: string }
  | { readonly kind: "account"; readonly account: Account }

interface SearchBoxProps {
  readonly initial?: string
  readonly autoFocus?: boolean
}

const PAUSE_MS = 180
const SHOWN = 4

export function SearchBox({ initial = "", autoFocus = false }: SearchBoxProps) {
  const t = useT()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(initial)
  const [open, setOpen] = useState(false)
  const [active, setActive] = useState(-1)
  const options = useOptions(text.trim(), open)
  const choose = useChoose((words) => {
    setText(words)
    setOpen(false)
    input.current?.blur()
  })
  useEffect(() => {
    if (autoFocus) input.current?.focus()
  }, [autoFocus])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && open) {
      event.preventDefault()
      setOpen(false)
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    event.preventDefault()
    setOpen(true)
    const by = event.key === "ArrowDown" ? 1 : -1
    // One place more than there are options: the field itself.
    setActive((now) => ((now + 1 + by + options.length + 1) % (options.length + 1)) - 1)
  }
  const closeOutside = ({
    currentTarget,
    relatedTarget,
  }: FocusEvent<HTMLInputElement | HTMLButtonElement>) => {
    if (currentTarget.form?.contains(relatedTarget) !== true) setOpen(false)
  }
  const shown = open && options.length > 0
  return (
    <form
      role="search"
      className="relative w-full shrink-0"
      onSubmit={(event) => {
        event.preventDefault()
        const option = options[active] ?? { kind: "text", text: text.trim() }
        if (option.kind !== "text" || option.text !== "") choose(option)
      }}
    >
      <Search
        size={18}
        aria-hidden
        className="pointer-events-none absolute inset-y-0 start-3.5 z-1 my-auto text-quiet"
      />
      <input
        ref={input}
        type="search"
        role="combobox"
        aria-label={t("shell.search")}
        aria-expanded={shown}
        aria-controls={`${id}-options`}
        aria-autocomplete="list"
        aria-activedescendant={shown && active >= 0 ? `${id}-${active}` : undefined}
        placeholder={t("shell.search")}
        autoComplete="off"
        autoCapitalize="none"
        enterKeyHint="search"
        dir="auto"
        maxLength={500}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setActive(-1)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onBlur={closeOutside}
        onKeyDown={onKeyDown}
        className="min-h-11 w-full rounded-full border border-transparent bg-sunken ps-10 pe-10 text-15 hover:border-edge/60 focus:border-accent focus:bg-surface [&::-webkit-search-cancel-button]:hidden"
      />
      {text !== "" && (
        <button
          type="button"
          aria-label={t("search.clear")}
          className="absolute inset-y-0 end-0 my-auto flex size-11 items-center justify-center rounded-full text-quiet hover:text-text"
          onClick={() => {
            setText("")
            input.current?.focus()
          }}
        >
          <X size={16} aria-hidden />
        </button>
      )}
      {shown && (
        <div className="absolute inset-x-0 top-full z-30 mt-1.5 overflow-hidden rounded-16 bg-raised p-1.5 shadow-float">
          <div role="listbox" id={`${id}-options`} aria-label={t("search.options")}>
            {options.map((option, place) => (
              // The keys are the field's, which has the focus throughout: aria-activedescendant.
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={keyOf(option)}
                id={`${id}-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === active}
                // The field keeps the focus.
                onPointerDown={(event) => event.preventDefault()}
                onPointerEnter={() => setActive(place)}
                onClick={() => choose(option)}
                className={cx(
                  "flex min-h-11 cursor-pointer items-center gap-3 rounded-12 px-2.5 py-1.5 text-15",
                  place === active && "bg-hover",
                )}
              >
                <OptionContent option={option} />
              </div>
            ))}
          </div>
          {text.trim() === "" && (
            <button
              type="button"
              className="min-h-10 w-full rounded-12 px-2.5 text-start text-13 text-quiet hover:bg-hover"
              onBlur={closeOutside}
              onClick={() => {
                forgetSearches(localStorage)
                setOpen(false)
              }}
            >
              {t("search.recent.clear")}
            </button>
          )}
        </div>
      )}
    </form>
  )
}

function keyOf(option: Option): string {
  switch (option.kind) {
    case "text":
      return "text"
    case "recent":
      return `recent ${option.text}`
    case "tag":
      return `tag ${option.name}`
    case "account":
      return `account ${option.account.id}`
  }
}

function OptionContent({ option }: { readonly option: Option }): ReactNode {
  const t = useT()
  switch (option.kind) {
    case "text":
      return <Line icon={<Search size={18} aria-hidden />}>{t("search.for", { text: option.text })}</Line>
    case "recent":
      return <Line icon={<Clock size={18} aria-hidden />}>{option.text}</Line>
    case "tag":
      return <Line icon={<Hash size={18} aria-hidden />}>#{option.name}</Line>
    case "account":
      return (
        <>
          <Avatar account={option.account} size={32} />
          <span className="min-w-0 flex-1 leading-5">
            <DisplayName account={option.account} className="font-medium" />
            <Handle account={option.account} className="text-13" />
          </span>
        </>
      )
  }
}

function Line({ icon, children }: { readonly icon: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <span className="flex size-8 shrink-0 items-center justify-center text-quiet">{icon}</span>
      <bdi className="min-w-0 flex-1 truncate">{children}</bdi>
    </>
  )
}

/** Recent searches while nothing is typed, else the words themselves and what begins like them. */
function useOptions(text: string, open: boolean): readonly Option[] {
  const api = useApi()
  const asked = useLater(text)
  const { data } = useQuery({
    queryKey: ["search", "options", asked],
    queryFn: ({ signal }) =>
      api.get<SearchResults>("/api/v2/search", { query: { q: asked, limit: SHOWN }, signal }),
    enabled: open && asked !== "" && !asked.includes("from:"),
    placeholderData: (before) => before,
  })
  if (!open) return []
  if (text === "")
    return recentSearches(localStorage).map((recent) => ({ kind: "recent", text: recent }) as const)
  const found = asked === "" ? undefined : data
  return [
    { kind: "text", text },
    ...(found?.hashtags ?? []).slice(0, SHOWN - 1).map(({ name }) => ({ kind: "tag", name }) as const),
    ...(found?.accounts ?? []).slice(0, SHOWN).map((account) => ({ kind: "account", account }) as const),
  ]
}

function useLater(text: string): string {
  const [later, setLater] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setLater(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return later
}

function useChoose(onDone: (words: string) => void): (option: Option) => void {
  const navigate = useNavigate()
  return (option) => {
    switch (option.kind) {
      case "text":
      case "recent":
        keepSearch(localStorage, option.text)
        onDone(option.text)
        return void navigate({ to: "/search", search: { q: option.text } })
      case "tag":
        onDone("")
        return void navigate({ to: "/tags/$tag", params: { tag: option.name } })
      case "account":
        onDone("")
        return void navigate({ to: "/@{$name}", params: { name: option.account.acct } })
    }
  }
}
