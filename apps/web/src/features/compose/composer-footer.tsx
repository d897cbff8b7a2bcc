// What stands below the text: what can be added to it, who may see it, in which language and when, how much room is left, and the
// button that posts it. On a phone it lies at the bottom of the screen, over the keyboard.

import { AtSign, BarChart3, CalendarClock, Globe, ImagePlus, Lock, Moon, TriangleAlert } from "lucide-react"
import { useRef, useState } from "react"
import type { ReactNode, RefObject } from "react"
import { useIntl } from "react-intl"
import type { Visibility } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { IconButton } from "../../ui/icon-button.tsx"
import { Menu, MenuChoice } from "../../ui/menu.tsx"
import type { Limits } from "./composer-form.tsx"
import { emptyPoll } from "./draft.ts"
import type { Draft, DraftProblem } from "./draft.ts"
import { EmojiPicker } from "./emoji-picker.tsx"
import { languages } from "./languages.ts"
import { ScheduleDialog } from "./schedule-dialog.tsx"
import { momentWords } from "./scheduled.ts"
import type { OpenDraft } from "./use-draft.ts"
import { useKeyboardHeight } from "./use-keyboard-height.ts"

interface ComposerFooterProps extends Omit<ToolsProps, "mediaTypes"> {
  readonly limits: Limits
  readonly count: number
  readonly problem: DraftProblem | undefined
  readonly onSubmit: () => void
}

export function ComposerFooter(props: ComposerFooterProps) {
  const { draft, change, limits, count, problem, onSubmit } = props
  const t = useT()
  const keyboard = useKeyboardHeight()
  return (
    <footer
      className="flex flex-wrap items-center gap-x-1 gap-y-0.5 border-t px-3 pt-1.5 pb-[calc(0.375rem+env(safe-area-inset-bottom))]"
      style={keyboard > 0 ? { marginBlockEnd: keyboard } : undefined}
    >
      <div className="flex w-full min-w-0 items-center gap-0.5">
        <VisibilityMenu draft={draft} onChange={change} />
        <LanguageMenu draft={draft} onChange={change} />
        <ScheduledChip draft={draft} onChange={change} />
        <Remaining count={count} limit={limits.characters} problem={problem} />
      </div>
      <Tools {...props} mediaTypes={limits.mediaTypes} />
      <Button look="primary" className="ms-auto" disabled={problem !== undefined} onClick={onSubmit}>
        {t(submitWord(draft))}
      </Button>
    </footer>
  )
}

function submitWord(draft: Draft): MessageId {
  if (draft.editOf !== undefined) return "compose.save"
  if (draft.scheduledAt !== undefined) return "compose.schedule.submit"
  return draft.replyTo ? "compose.reply" : "compose.post"
}

interface ToolsProps {
  readonly draft: Draft
  readonly change: OpenDraft["change"]
  readonly onFiles: (files: readonly File[]) => void
  readonly onEmoji: (text: string) => void
  readonly mediaTypes: readonly string[]
}

function Tools({ draft, change, onFiles, onEmoji, mediaTypes }: ToolsProps) {
  const t = useT()
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <FileInput picker={picker} accept={mediaTypes} onFiles={onFiles} />
      <IconButton
        label={t("compose.media.add")}
        icon={<ImagePlus size={20} aria-hidden />}
        disabled={draft.poll !== undefined}
        onClick={() => picker.current?.click()}
      />
      <IconButton
        label={t(draft.poll ? "compose.poll.remove" : "compose.poll.make")}
        icon={<BarChart3 size={20} aria-hidden />}
        aria-pressed={draft.poll !== undefined}
        disabled={draft.media.length > 0}
        className={cx(draft.poll && "text-accent")}
        onClick={() => change({ poll: draft.poll ? undefined : emptyPoll })}
      />
      <IconButton
        label={t(draft.warning === undefined ? "compose.warning.add" : "compose.warning.remove")}
        icon={<TriangleAlert size={20} aria-hidden />}
        aria-pressed={draft.warning !== undefined}
        className={cx(draft.warning !== undefined && "text-warning")}
        onClick={() => change({ warning: draft.warning === undefined ? "" : undefined })}
      />
      <EmojiPicker onPick={onEmoji} />
      {draft.editOf === undefined && <ScheduleButton draft={draft} onChange={change} />}
    </>
  )
}

interface ChangeProps {
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
}

function ScheduleButton({ draft, onChange }: ChangeProps) {
  const t = useT()
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton
        label={t("compose.schedule")}
        icon={<CalendarClock size={20} aria-hidden />}
        className={cx(draft.scheduledAt !== undefined && "text-accent")}
        onClick={() => setOpen(true)}
      />
      {open && (
        <ScheduleDialog
          at={draft.scheduledAt}
          onSave={(scheduledAt) => {
            onChange({ scheduledAt })
            setOpen(false)
          }}
          onClear={() => {
            onChange({ scheduledAt: undefined })
            setOpen(false)
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

/** When it will appear; pressed, it appears at once. */
function ScheduledChip({ draft, onChange }: ChangeProps) {
  const t = useT()
  const intl = useIntl()
  if (draft.scheduledAt === undefined) return null
  return (
    <button
      type="button"
      title={t("compose.schedule.clear")}
      className={cx(chipClass, "bg-accent-soft")}
      onClick={() => onChange({ scheduledAt: undefined })}
    >
      <CalendarClock size={16} aria-hidden className="shrink-0" />
      <span className="truncate">{momentWords(intl, draft.scheduledAt)}</span>
      <span className="sr-only">{t("compose.schedule.clear")}</span>
    </button>
  )
}

interface FileInputProps {
  readonly picker: RefObject<HTMLInputElement | null>
  readonly accept: readonly string[]
  readonly onFiles: (files: readonly File[]) => void
}

function FileInput({ picker, accept, onFiles }: FileInputProps) {
  return (
    <input
      ref={picker}
      type="file"
      multiple
      hidden
      accept={accept.join(",")}
      onChange={(event) => {
        onFiles([...(event.target.files ?? [])])
        event.target.value = ""
      }}
    />
  )
}

const problemWords: Readonly<Record<Exclude<DraftProblem, "empty">, MessageId>> = {
  tooLong: "compose.problem.tooLong",
  poll: "compose.problem.poll",
  optionTooLong: "compose.problem.optionTooLong",
  pollAndMedia: "compose.problem.pollAndMedia",
}

/** How much room is left, once it matters; a problem in words for who cannot see the colour. */
function Remaining({
  count,
  limit,
  problem,
}: {
  readonly count: number
  readonly limit: number
  readonly problem: DraftProblem | undefined
}) {
  const t = useT()
  const intl = useIntl()
  const left = limit - count
  return (
    <span
      className={cx(
        "ms-auto shrink-0 ps-1 pe-2 text-13 whitespace-nowrap tabular-nums",
        left < 0 ? "font-strong text-danger" : "text-quiet",
      )}
    >
      <span aria-hidden>{intl.formatNumber(left)}</span>
      <span role="status" className="sr-only">
        {problem !== undefined && problem !== "empty" && t(problemWords[problem])}
        {left >= 0 && left <= 20 && t("compose.left", { count: left })}
      </span>
    </span>
  )
}

const circles: readonly { readonly value: Visibility; readonly icon: ReactNode }[] = [
  { value: "public", icon: <Globe size={18} aria-hidden /> },
  { value: "unlisted", icon: <Moon size={18} aria-hidden /> },
  { value: "private", icon: <Lock size={18} aria-hidden /> },
  { value: "direct", icon: <AtSign size={18} aria-hidden /> },
]

const chipClass =
  "touch-target flex min-h-9 min-w-0 items-center gap-1.5 rounded-full px-2 text-13 font-medium text-accent hover:bg-hover disabled:text-quiet disabled:hover:bg-transparent"

function VisibilityMenu({ draft, onChange }: ChangeProps) {
  const t = useT()
  return (
    <Menu
      align="start"
      side="top"
      trigger={
        <button
          type="button"
          disabled={draft.editOf !== undefined}
          aria-label={t("compose.visibility.label", { now: t(`compose.visibility.${draft.visibility}`) })}
          className={chipClass}
        >
          {circles.find(({ value }) => value === draft.visibility)?.icon}
          <span className="truncate">{t(`compose.visibility.${draft.visibility}`)}</span>
        </button>
      }
    >
      <MenuChoice
        label={t("compose.visibility")}
        value={draft.visibility}
        options={circles.map(({ value, icon }) => ({
          value,
          icon,
          label: t(`compose.visibility.${value}`),
          hint: t(`compose.visibility.${value}.hint`),
        }))}
        onChange={(visibility) => onChange({ visibility })}
      />
    </Menu>
  )
}

function LanguageMenu({ draft, onChange }: ChangeProps) {
  const t = useT()
  const intl = useIntl()
  const [open, setOpen] = useState(false)
  const known = languages(intl.locale, [draft.language ?? "", ...navigator.languages])
  const current = known.find(({ tag }) => tag === draft.language)
  return (
    <Menu
      align="start"
      side="top"
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          aria-label={t("compose.language.label", { now: current?.name ?? t("compose.language.none") })}
          className={chipClass}
        >
          <span className="truncate">{current?.name ?? t("compose.language.none")}</span>
        </button>
      }
    >
      {open && (
        <MenuChoice
          label={t("compose.language")}
          value={draft.language ?? ""}
          options={known.map(({ tag, name }) => ({ value: tag, label: name }))}
          onChange={(language) => onChange({ language })}
        />
      )}
    </Menu>
  )
}
