// Where one types: a text area that grows, and below it what the word at the caret could become. The list never takes the focus: arrows
// and Enter work from within the text.

import { useId, useLayoutEffect, useRef, useState } from "react"
import type { ClipboardEvent, KeyboardEvent, RefObject } from "react"
import { useT } from "../../intl/translate.ts"
import { Avatar } from "../../ui/avatar.tsx"
import { cx } from "../../ui/class-names.ts"
import { DisplayName } from "../../ui/display-name.tsx"
import { complete, tokenAt } from "./completion.ts"
import { useCompletions } from "./completions.ts"
import type { Suggestion } from "./completions.ts"

interface TextBoxProps {
  readonly text: string
  readonly placeholder: string
  readonly lang: string | null
  readonly onChange: (text: string) => void
  readonly onFiles: (files: readonly File[]) => void
  /** Ctrl or Command with Enter. */
  readonly onSubmit: () => void
  readonly area: RefObject<HTMLTextAreaElement | null>
}

export function TextBox({ text, placeholder, lang, onChange, onFiles, onSubmit, area }: TextBoxProps) {
  const id = useId()
  const [caret, setCaret] = useState(text.length)
  const [dismissed, setDismissed] = useState("")
  const [chosen, setChosen] = useState(0)
  const nextCaret = useRef<number | undefined>(undefined)
  const token = tokenAt(text, caret)
  const tokenKey = token ? `${token.kind} ${token.start} ${token.query}` : ""
  const found = useCompletions(token)
  const suggestions = dismissed === tokenKey ? [] : found
  const isOpen = token !== undefined && suggestions.length > 0
  const current = Math.min(chosen, suggestions.length - 1)

  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return
    area.current?.setSelectionRange(nextCaret.current, nextCaret.current)
    nextCaret.current = undefined
  })

  const take = (suggestion: Suggestion | undefined) => {
    if (!token || !suggestion) return
    const done = complete(text, token, suggestion.value)
    nextCaret.current = done.caret
    setCaret(done.caret)
    setChosen(0)
    onChange(done.text)
    area.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) return onSubmit()
    if (!isOpen || event.nativeEvent.isComposing) return
    const act = listKeys({
      count: suggestions.length,
      move: (by) => setChosen((current + by + suggestions.length) % suggestions.length),
      take: () => take(suggestions[current]),
      close: () => setDismissed(tokenKey),
    })[event.key]
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const onPaste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (files.length === 0) return
    event.preventDefault()
    onFiles(files)
  }

  return (
    <div className="relative">
      <textarea
        ref={area}
        dir="auto"
        {...(lang === null ? {} : { lang })}
        role="combobox"
        aria-label={placeholder}
        aria-autocomplete="list"
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        aria-activedescendant={isOpen ? `${id}-${current}` : undefined}
        placeholder={placeholder}
        value={text}
        className="field-sizing-content block max-h-[50dvh] min-h-28 w-full resize-none bg-transparent text-18 outline-none focus-visible:outline-none"
        onChange={(event) => {
          setCaret(event.target.selectionStart)
          setChosen(0)
          onChange(event.target.value)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {isOpen && <Suggestions id={id} suggestions={suggestions} current={current} onTake={take} />}
    </div>
  )
}

interface ListActions {
  readonly count: number
  readonly move: (by: number) => void
  readonly take: () => void
  readonly close: () => void
}

function listKeys({ move, take, close }: ListActions): Readonly<Record<string, () => void>> {
  return { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: take, Tab: take, Escape: close }
}

interface SuggestionsProps {
  readonly id: string
  readonly suggestions: readonly Suggestion[]
  readonly current: number
  readonly onTake: (suggestion: Suggestion) => void
}

function Suggestions({ id, suggestions, current, onTake }: SuggestionsProps) {
  const t = useT()
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t("compose.suggestions")}
      className="absolute inset-x-0 top-full z-10 max-h-72 overflow-y-auto rounded-12 bg-raised p-1 shadow-float"
    >
      {suggestions.map((suggestion, place) => (
        // Keys work from within the text, by aria-activedescendant.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={suggestion.value}
          id={`${id}-${place}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === current}
          className={cx(
            "flex min-h-11 cursor-pointer items-center gap-3 rounded-8 px-3 text-15",
            place === current && "bg-hover",
          )}
          // The text keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(suggestion)}
        >
          <SuggestionWords suggestion={suggestion} />
        </div>
      ))}
    </div>
  )
}

function SuggestionWords({ suggestion }: { readonly suggestion: Suggestion }) {
  switch (suggestion.kind) {
    case "mention":
      return (
        <>
          <Avatar account={suggestion.account} size={32} />
          <DisplayName account={suggestion.account} className="font-medium" />
          <bdi dir="ltr" className="min-w-0 truncate text-quiet">
            {suggestion.value}
          </bdi>
        </>
      )
    case "hashtag":
      return <bdi className="font-medium">{suggestion.value}</bdi>
    case "emoji":
      return (
        <>
          {"text" in suggestion.emoji ? (
            <span aria-hidden className="text-22">
              {suggestion.emoji.text}
            </span>
          ) : (
            <img
              src={suggestion.emoji.static_url}
              alt=""
              width={24}
              height={24}
              className="size-6 object-contain"
            />
          )}
          <span>{"text" in suggestion.emoji ? suggestion.emoji.names[0] : suggestion.value}</span>
        </>
      )
  }
}
