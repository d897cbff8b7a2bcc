// The community's own emoji and a choice of the usual ones, to press or to find by a word.

import { useQuery } from "@tanstack/react-query"
import { Smile } from "lucide-react"
import { Popover } from "radix-ui"
import { useState } from "react"
import type { ReactNode } from "react"
import type { CustomEmoji } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { customEmojiQuery } from "./completions.ts"
import { emojis, findEmoji } from "./emoji-names.ts"

interface EmojiPickerProps {
  readonly onPick: (text: string) => void
}

export function EmojiPicker({ onPick }: EmojiPickerProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  const pick = (text: string) => {
    setOpen(false)
    onPick(text)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <IconButton label={t("compose.emoji")} icon={<Smile size={20} aria-hidden />} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="start"
          collisionPadding={8}
          className="z-50 w-80 max-w-[calc(100vw-1rem)] animate-pop-in rounded-12 bg-raised p-3 shadow-float outline-none"
        >
          <Choice onPick={pick} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Choice({ onPick }: EmojiPickerProps) {
  const t = useT()
  const [query, setQuery] = useState("")
  const { data: custom = [] } = useQuery(customEmojiQuery(useApi()))
  const wanted = query.trim().toLowerCase()
  const ours = custom.filter(({ shortcode }) => shortcode.toLowerCase().includes(wanted))
  const usual = wanted === "" ? emojis : findEmoji(wanted)
  return (
    <>
      <input
        type="search"
        aria-label={t("compose.emoji.search")}
        placeholder={t("compose.emoji.search")}
        value={query}
        className="mb-2 min-h-10 w-full rounded-full bg-sunken px-4 text-15"
        onChange={(event) => setQuery(event.target.value)}
      />
      <div className="max-h-60 overflow-y-auto">
        {ours.length > 0 && (
          <Grid label={t("compose.emoji.ours")}>
            {ours.map((emoji) => (
              <Cell key={emoji.shortcode} name={`:${emoji.shortcode}:`} onPick={onPick} emoji={emoji} />
            ))}
          </Grid>
        )}
        <Grid label={t("compose.emoji.usual")}>
          {usual.map(({ text, names }) => (
            <Cell key={text} name={names[0] ?? text} text={text} onPick={onPick} />
          ))}
        </Grid>
        {ours.length + usual.length === 0 && (
          <p className="py-6 text-center text-15 text-quiet">{t("compose.emoji.none")}</p>
        )}
      </div>
    </>
  )
}

function Grid({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section aria-label={label}>
      <h3 className="px-1 pt-1 text-13 font-strong text-quiet">{label}</h3>
      <div className="grid grid-cols-7">{children}</div>
    </section>
  )
}

interface CellProps extends EmojiPickerProps {
  readonly name: string
  readonly text?: string
  readonly emoji?: CustomEmoji
}

function Cell({ name, text, emoji, onPick }: CellProps) {
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      className="flex size-10 items-center justify-center rounded-8 text-22 hover:bg-hover"
      onClick={() => onPick(text ?? name)}
    >
      {emoji ? (
        <img
          src={emoji.static_url}
          alt=""
          width={26}
          height={26}
          loading="lazy"
          className="size-6.5 object-contain"
        />
      ) : (
        text
      )}
    </button>
  )
}
