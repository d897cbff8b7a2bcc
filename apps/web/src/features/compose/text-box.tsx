// Where one types: a text area that grows, and below it what the word at the caret could become. The list never takes the focus: arrows
// and Enter work from within the text.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "react"
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

  // Whoever opens the composer wants to write, after what stands there already.
  useEffect(() => {
    const element = area.current
    element?.focus({ preventScroll: true })
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [area])

  useLayoutEffect(() => {
    if (nextCaret.current === undefined) return
    area.current?.setSelectionRange(nextCaret.current, nextCaret.current)
    nextCaret.current = undefined
  })

  const below = useLineBelow(area, isOpen ? token.start : undefined)
  // The window grows by what the list needs: it lies over nothing that is to be pressed.
  const room = isOpen ? { minBlockSize: below + suggestions.length * ROW_PX + LIST_EDGE_PX } : undefined
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isOpen) box.current?.querySelector("[role='listbox']")?.scrollIntoView({ block: "nearest" })
  }, [isOpen, below, suggestions.length])

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
    <div ref={box} className="relative" style={room}>
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
        className="field-sizing-content block min-h-28 w-full resize-none bg-transparent text-18 outline-none focus-visible:outline-none"
        onChange={(event) => {
          setCaret(event.target.selectionStart)
          setChosen(0)
          onChange(event.target.value)
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      {isOpen && (
        <Suggestions id={id} top={below} suggestions={suggestions} current={current} onTake={take} />
      )}
    </div>
  )
}

const ROW_PX = 44
const LIST_EDGE_PX = 12

/** Where the line with the character at `place` ends, in px from the top of the text: measured on a copy of the text area. */
function useLineBelow(area: RefObject<HTMLTextAreaElement | null>, place: number | undefined): number {
  const [below, setBelow] = useState(0)
  useLayoutEffect(() => {
    const element = area.current
    if (!element || place === undefined) return
    // Where a line ends is known once it is laid out.
    // oxlint-disable-next-line react/set-state-in-effect
    setBelow(lineBelow(element, place))
  }, [area, place])
  return below
}

function lineBelow(element: HTMLTextAreaElement, place: number): number {
  const copy = document.createElement("div")
  const mark = document.createElement("span")
  const { font, lineHeight, letterSpacing, direction } = getComputedStyle(element)
  Object.assign(copy.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    inlineSize: `${element.clientWidth}px`,
    font,
    lineHeight,
    letterSpacing,
    direction,
  })
  mark.textContent = element.value.slice(place, place + 1) || "."
  copy.append(element.value.slice(0, place), mark)
  element.after(copy)
  const below = mark.offsetTop + mark.offsetHeight
  copy.remove()
  return Math.min(below, element.offsetHeight)
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
  /** px. */
  readonly top: number
  readonly suggestions: readonly Suggestion[]
  readonly current: number
  readonly onTake: (suggestion: Suggestion) => void
}

function Suggestions({ id, top, suggestions, current, onTake }: SuggestionsProps) {
  const t = useT()
  return (
    <div
      id={id}
      role="listbox"
      aria-label={t("compose.suggestions")}
      className="absolute inset-x-0 z-10 max-h-72 overflow-y-auto rounded-12 bg-raised p-1 shadow-float"
      style={{ insetBlockStart: top + 4 }}
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
