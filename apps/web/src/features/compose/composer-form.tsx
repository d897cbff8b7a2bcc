// The composer itself: words, pictures, poll, warning, and who may see it.

import { useRef, useState } from "react"
import type { DragEvent, ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { useInstance, useMember } from "../../session/client-context.tsx"
import { Avatar } from "../../ui/avatar.tsx"
import { useToast } from "../../ui/toast.tsx"
import { characterCount } from "./character-count.ts"
import { ComposerFooter } from "./composer-footer.tsx"
import { draftProblem } from "./draft.ts"
import type { Draft } from "./draft.ts"
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
      <div className="flex min-h-0 flex-1 gap-3 overflow-y-auto px-5 pt-1 pb-4">
        {member && <Avatar account={member} className="max-rail:hidden" />}
        <div className="min-w-0 flex-1">
          {draft.replyTo && draft.replyTo.acct !== "" && draft.editOf === undefined && (
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
      <ComposerFooter
        draft={draft}
        change={change}
        limits={limits}
        count={count}
        problem={problem}
        onFiles={addFiles}
        onEmoji={insert}
        onSubmit={submit}
      />
    </DropZone>
  )
}

export interface Limits {
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
      className="relative flex min-h-0 flex-1 flex-col"
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
        <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-12 border-2 border-dashed border-accent bg-accent-soft/90 text-18 font-strong text-accent">
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
