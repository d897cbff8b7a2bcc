// What somebody is writing: all of it is data that survives a reload. Pure.

import type { Account, MediaAttachment, ScheduledStatus, Status, Visibility } from "../../api/entities.ts"
import type { ComposeRequest } from "../../shell/composer.tsx"

export interface DraftMedia {
  /** Of this draft only. */
  readonly key: string
  /** Of the upload; undefined until the server has it. */
  readonly id: string | undefined
  /** Kept until the server has it. */
  readonly file: Blob | undefined
  readonly name: string
  readonly previewUrl: string | null
  readonly blurhash: string | null
  readonly description: string
  readonly focus: { readonly x: number; readonly y: number }
}

export interface DraftPoll {
  readonly options: readonly string[]
  /** Seconds. */
  readonly expiresIn: number
  readonly multiple: boolean
  readonly hideTotals: boolean
}

export interface ReplyTarget {
  readonly id: string
  readonly acct: string
}

export interface Draft {
  /** One for each thing that is written: `new`, `reply-ID`, `edit-ID`, …; what was put aside has an id of its own. */
  readonly id: string
  readonly text: string
  /** The content warning; undefined where there is none. */
  readonly warning: string | undefined
  readonly sensitive: boolean
  readonly visibility: Visibility
  readonly language: string | null
  readonly media: readonly DraftMedia[]
  readonly poll: DraftPoll | undefined
  readonly replyTo: ReplyTarget | undefined
  /** The post that is edited. */
  readonly editOf: string | undefined
  /** When it is to appear, ISO 8601; at once where it is absent, as in drafts of before there was a choice. */
  readonly scheduledAt?: string | undefined
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export interface WritingDefaults {
  readonly visibility: Visibility
  readonly sensitive: boolean
  readonly language: string | null
}

export const emptyPoll: DraftPoll = {
  options: ["", ""],
  expiresIn: 86_400,
  multiple: false,
  hideTotals: false,
}

function blank(id: string, { visibility, sensitive, language }: WritingDefaults): Draft {
  return {
    id,
    text: "",
    warning: undefined,
    sensitive,
    visibility,
    language,
    media: [],
    poll: undefined,
    replyTo: undefined,
    editOf: undefined,
    changedAt: 0,
  }
}

const narrowness: readonly Visibility[] = ["public", "unlisted", "private", "direct"]

function narrower(one: Visibility, other: Visibility): Visibility {
  return narrowness.indexOf(one) > narrowness.indexOf(other) ? one : other
}

interface Writer {
  readonly member: Pick<Account, "id">
  readonly defaults: WritingDefaults
}

/** What the composer begins with. Edits and redrafts are completed by what the server knows of the text (`withSource`). */
export function draftFor(request: Exclude<ComposeRequest, { kind: "draft" }>, writer: Writer): Draft {
  const { defaults } = writer
  switch (request.kind) {
    case "new":
      return {
        ...blank(newId(request), defaults),
        text: request.text ?? "",
        visibility: request.visibility ?? defaults.visibility,
      }
    case "reply":
      return reply(request.status, writer)
    case "quote":
      return {
        ...blank(`quote-${request.status.id}`, defaults),
        text: `\n\n${request.status.url ?? request.status.uri}`,
      }
    case "edit":
      return { ...ofPost(`edit-${request.status.id}`, request.status, writer), editOf: request.status.id }
    case "redraft":
      return {
        ...ofPost(`redraft-${request.status.id}`, request.status, writer),
        text: request.status.text ?? "",
      }
  }
}

/** What begins with words, such as a mention, is a draft beside the one that was begun without: neither takes the other's place. */
function newId({ text, visibility }: Extract<ComposeRequest, { kind: "new" }>): string {
  return text === undefined ? "new" : `new ${visibility ?? ""} ${text.slice(0, 200)}`
}

/** Everybody who takes part is mentioned, but not oneself; it is seen by no more people than what it answers. */
function reply(status: Status, { member, defaults }: Writer): Draft {
  const people = [status.account, ...status.mentions].filter(({ id }) => id !== member.id)
  const accts = [...new Set(people.map(({ acct }) => acct))]
  return {
    ...blank(`reply-${status.id}`, defaults),
    text: accts.map((acct) => `@${acct} `).join(""),
    warning: status.spoiler_text === "" ? undefined : status.spoiler_text,
    visibility: narrower(status.visibility, defaults.visibility),
    replyTo: { id: status.id, acct: status.account.acct },
  }
}

function ofPost(id: string, status: Status, { defaults }: Writer): Draft {
  const mentioned = status.mentions.find((mention) => mention.id === status.in_reply_to_account_id)
  return {
    ...blank(id, defaults),
    warning: status.spoiler_text === "" ? undefined : status.spoiler_text,
    sensitive: status.sensitive,
    visibility: status.visibility,
    language: status.language,
    media: status.media_attachments.map(uploaded),
    poll: status.poll
      ? {
          options: status.poll.options.map(({ title }) => title),
          expiresIn: emptyPoll.expiresIn,
          multiple: status.poll.multiple,
          hideTotals: false,
        }
      : undefined,
    replyTo:
      status.in_reply_to_id === null
        ? undefined
        : { id: status.in_reply_to_id, acct: mentioned?.acct ?? status.account.acct },
  }
}

/** A scheduled post as something to be written on: what is to become of the scheduled one is the caller's. */
export function ofScheduled({ id, params, media_attachments, scheduled_at }: ScheduledStatus): Draft {
  const { text, spoiler_text, visibility, sensitive, language, in_reply_to_id, poll } = params
  return {
    ...blank(`scheduled-${id}`, { visibility, sensitive, language }),
    text,
    warning: spoiler_text === "" ? undefined : spoiler_text,
    media: media_attachments.map(uploaded),
    poll: poll
      ? {
          options: poll.options,
          expiresIn: poll.expires_in,
          multiple: poll.multiple ?? false,
          hideTotals: poll.hide_totals ?? false,
        }
      : undefined,
    replyTo: in_reply_to_id === null ? undefined : { id: in_reply_to_id, acct: "" },
    scheduledAt: scheduled_at,
  }
}

function uploaded(media: MediaAttachment): DraftMedia {
  return {
    key: media.id,
    id: media.id,
    file: undefined,
    name: media.description ?? "",
    previewUrl: media.preview_url,
    blurhash: media.blurhash,
    description: media.description ?? "",
    focus: media.meta?.focus ?? { x: 0, y: 0 },
  }
}

/** Whether nothing would be lost if it were thrown away: only what it began with stands in it. */
export function isUntouched(draft: Draft, began: Draft): boolean {
  return (
    draft.text.trim() === began.text.trim() &&
    (draft.warning ?? "") === (began.warning ?? "") &&
    draft.media.length === began.media.length &&
    (draft.poll?.options.join("") ?? "") === (began.poll?.options.join("") ?? "")
  )
}

export interface WritingLimits {
  readonly characters: number
  readonly perLink: number
  readonly media: number
  readonly pollOption: number
}

/** The server takes nothing that is due sooner; a little is left for the way. */
export const LEAST_AHEAD_MS = 6 * 60_000

/** Of a moment that a post could be scheduled for. */
export function isAheadEnough(scheduledAt: string, now: number): boolean {
  return Date.parse(scheduledAt) >= now + LEAST_AHEAD_MS
}

export type DraftProblem = "empty" | "tooLong" | "poll" | "optionTooLong" | "pollAndMedia"

/** What keeps it from being posted; undefined when it may go. `count` is the length of its text. */
export function draftProblem(draft: Draft, count: number, limits: WritingLimits): DraftProblem | undefined {
  if (draft.poll && draft.media.length > 0) return "pollAndMedia"
  if (draft.poll && new Set(pollOptions(draft.poll)).size < 2) return "poll"
  if (draft.poll?.options.some((option) => option.length > limits.pollOption)) return "optionTooLong"
  if (count > limits.characters) return "tooLong"
  const says = draft.text.trim() !== "" || draft.media.length > 0
  return says ? undefined : "empty"
}

function pollOptions({ options }: DraftPoll): string[] {
  return options.map((option) => option.trim()).filter((option) => option !== "")
}

/** The body of the request that posts or edits it. Every picture must have its id. */
export function postBody(draft: Draft): Readonly<Record<string, unknown>> {
  const media = draft.media.flatMap(({ id, description, focus }) =>
    id === undefined ? [] : { id, description, focus },
  )
  return {
    status: draft.text,
    spoiler_text: draft.warning ?? "",
    sensitive: draft.sensitive || (draft.warning ?? "") !== "",
    language: draft.language,
    media_ids: media.map(({ id }) => id),
    ...(draft.poll && {
      poll: {
        options: pollOptions(draft.poll),
        expires_in: draft.poll.expiresIn,
        multiple: draft.poll.multiple,
        hide_totals: draft.poll.hideTotals,
      },
    }),
    ...(draft.editOf === undefined
      ? {
          visibility: draft.visibility,
          ...(draft.replyTo && { in_reply_to_id: draft.replyTo.id }),
          ...(draft.scheduledAt !== undefined && { scheduled_at: draft.scheduledAt }),
        }
      : {
          media_attributes: media.map(({ id, description, focus }) => ({
            id,
            description,
            focus: `${focus.x.toFixed(2)},${focus.y.toFixed(2)}`,
          })),
        }),
  }
}
