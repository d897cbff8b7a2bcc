// The composer itself: words, pictures, poll, warning, and who may see it.

import { AtSign, BarChart3, Globe, ImagePlus, Lock, Moon, TriangleAlert } from "lucide-react"
import { useRef, useState } from "react"
import type { DragEvent, ReactNode, RefObject } from "react"
import { useIntl } from "react-intl"
import type { Visibility } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useInstance, useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { Button } from "../../ui/button.tsx"
import { cx } from "../../ui/class-names.ts"
import { IconButton } from "../../ui/icon-button.tsx"
import { Menu, MenuChoice } from "../../ui/menu.tsx"
import { useToast } from "../../ui/toast.tsx"
import { characterCount } from "./character-count.ts"
import { draftProblem, emptyPoll } from "./draft.ts"
import type { Draft, DraftProblem } from "./draft.ts"
import { EmojiPicker } from "./emoji-picker.tsx"
import { languages } from "./languages.ts"
import { MediaTiles } from "./media-tiles.tsx"
import { PollEditor } from "./poll-editor.tsx"
import { TextBox } from "./text-box.tsx"
import type { OpenDraft } from "./use-draft.ts"
import { useUploads } from "./use-uploads.ts"

interface ComposerFormProps {
  readonly open: OpenDraft
  readonly onSubmit: () => void
}

export function ComposerForm({ open: { draft, change }, onSubmit }: ComposerFormProps) {
  const t = useT()
  const member = useMember()
  const limits = useLimits()
  const area = useRef<HTMLTextAreaElement>(null)
  const uploads = useUploads(draft.media, change)
  const count = characterCount(draft.text, draft.warning ?? "", limits.perLink)
  const problem = draftProblem(draft, count, limits)
  const addFiles = useAddFiles(draft, { add: uploads.add, limits })
  const submit = () => {
    if (problem === undefined) onSubmit()
  }
  const insert = (text: string) => {
    const at = area.current?.selectionStart ?? draft.text.length
    change({ text: `${draft.text.slice(0, at)}${text} ${draft.text.slice(at)}` })
    area.current?.focus()
  }
  return (
    <DropZone onFiles={addFiles}>
      <div className="flex gap-3">
        {member && <Avatar account={member} className="max-rail:hidden" />}
        <div className="min-w-0 flex-1">
          {draft.replyTo && draft.editOf === undefined && (
            <p className="mb-2 truncate text-15 text-quiet">
              {t("compose.replying", { name: `@${draft.replyTo.acct}` })}
            </p>
          )}
          {draft.warning !== undefined && <Warning draft={draft} onChange={change} />}
          <TextBox
            area={area}
            text={draft.text}
            lang={draft.language}
            placeholder={t(draft.replyTo ? "compose.placeholder.reply" : "compose.placeholder")}
            onChange={(text) => change({ text })}
            onFiles={addFiles}
            onSubmit={submit}
          />
          <MediaTiles
            media={draft.media}
            uploads={uploads.states}
            onChange={(media) => change({ media })}
            onDescribe={uploads.describe}
            onRemove={uploads.remove}
            onRetry={uploads.retry}
          />
          {draft.poll && (
            <PollEditor
              poll={draft.poll}
              maxOptions={limits.pollOptions}
              maxCharacters={limits.pollOption}
              onChange={(poll) => change({ poll })}
            />
          )}
        </div>
      </div>
      <div className="sticky -bottom-5 -mx-5 mt-4 border-t bg-raised px-3 pt-2">
        <div className="flex flex-wrap items-center gap-x-0.5">
          <Tools
            draft={draft}
            change={change}
            onFiles={addFiles}
            onEmoji={insert}
            mediaTypes={limits.mediaTypes}
          />
          <span className="ms-auto flex items-center gap-3 ps-2">
            <Remaining count={count} limit={limits.characters} problem={problem} />
            <Button look="primary" disabled={problem !== undefined} onClick={submit}>
              {t(submitWord(draft))}
            </Button>
          </span>
        </div>
        <div className="flex items-center gap-1">
          <VisibilityMenu draft={draft} onChange={change} />
          <LanguageMenu draft={draft} onChange={change} />
        </div>
      </div>
    </DropZone>
  )
}

function submitWord(draft: Draft): MessageId {
  if (draft.editOf !== undefined) return "compose.save"
  return draft.replyTo ? "compose.reply" : "compose.post"
}

interface Limits {
  readonly characters: number
  readonly perLink: number
  readonly media: number
  readonly pollOptions: number
  readonly pollOption: number
  readonly mediaTypes: readonly string[]
  readonly fileBytes: number
}

function useLimits(): Limits {
  const configuration = useInstance()?.configuration
  return {
    characters: configuration?.statuses.max_characters ?? 500,
    perLink: configuration?.statuses.characters_reserved_per_url ?? 23,
    media: configuration?.statuses.max_media_attachments ?? 4,
    pollOptions: configuration?.polls.max_options ?? 4,
    pollOption: configuration?.polls.max_characters_per_option ?? 50,
    mediaTypes: configuration?.media_attachments.supported_mime_types ?? ["image/*"],
    fileBytes: configuration?.media_attachments.image_size_limit ?? 16_777_216,
  }
}

/** Takes what fits, and says what did not. */
function useAddFiles(
  draft: Draft,
  { add, limits }: { add: (files: readonly File[]) => void; limits: Limits },
) {
  const t = useT()
  const toast = useToast()
  return (files: readonly File[]) => {
    const fits = files.filter(
      ({ type, size }) => limits.mediaTypes.includes(type) && size <= limits.fileBytes,
    )
    const room = Math.max(0, limits.media - draft.media.length)
    if (fits.length < files.length) toast({ tone: "failure", text: t("compose.media.refused") })
    if (fits.length > room) toast({ tone: "failure", text: t("compose.media.most", { count: limits.media }) })
    if (draft.poll && fits.length > 0) toast({ tone: "failure", text: t("compose.problem.pollAndMedia") })
    else if (room > 0) add(fits.slice(0, room))
  }
}

function DropZone({
  onFiles,
  children,
}: {
  readonly onFiles: (files: readonly File[]) => void
  readonly children: ReactNode
}) {
  const t = useT()
  const [over, setOver] = useState(false)
  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files")
  return (
    // Dropping is one of three ways to add a file; the button and pasting work without a pointer.
    <div
      className="relative"
      onDragOver={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (event.currentTarget === event.target) setOver(false)
      }}
      onDrop={(event) => {
        if (!holdsFiles(event)) return
        event.preventDefault()
        setOver(false)
        onFiles([...event.dataTransfer.files])
      }}
    >
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-0 z-20 flex items-center justify-center rounded-12 border-2 border-dashed border-accent bg-accent-soft/90 text-18 font-strong text-accent">
          {t("compose.drop")}
        </div>
      )}
    </div>
  )
}

interface ChangeProps {
  readonly draft: Draft
  readonly onChange: (change: Partial<Draft>) => void
}

function Warning({ draft, onChange }: ChangeProps) {
  const t = useT()
  return (
    <input
      dir="auto"
      aria-label={t("compose.warning")}
      placeholder={t("compose.warning.placeholder")}
      value={draft.warning}
      className="mb-2 min-h-11 w-full rounded-8 bg-warning-soft px-3 text-16"
      onChange={(event) => onChange({ warning: event.target.value })}
    />
  )
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
    </>
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
    <span className={cx("text-13 tabular-nums", left < 0 ? "font-strong text-danger" : "text-quiet")}>
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
  "touch-target flex min-h-9 items-center gap-1.5 rounded-full px-3 text-13 font-medium text-accent hover:bg-hover disabled:text-quiet disabled:hover:bg-transparent"

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
          {t(`compose.visibility.${draft.visibility}`)}
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
          {current?.name ?? t("compose.language.none")}
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
