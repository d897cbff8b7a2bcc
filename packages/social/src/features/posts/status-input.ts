// What clients send to publish or edit a post, as schemas. Parameters that Aviary does not know are let through unread, for
// clients send them to every server; but a quote is refused, since a post without it would say something else.

import { z } from "zod"
import { field } from "../../http/input.ts"
import { cleanText } from "../../text/clean-text.ts"
import { textLength } from "../../text/post-length.ts"
import { parseFocus } from "../media/image/image-meta.ts"
import { MAX_DESCRIPTION } from "../media/media-routes.ts"
import type { NewPost } from "./create-post.ts"
import type { MediaAttributes, PostEdit } from "./edit-post.ts"
import type { NewPoll } from "./post-limits.ts"

/** UTF-16 units of a post's text, whatever its length in characters: one character may carry any number of marks. */
const MAX_TEXT = 20_000

/** Forms say "not given" by an empty text, JSON by null, Python by its `None`. */
function given(value: unknown): unknown {
  return value === "" || value === null || value === "None" ? undefined : value
}

const poll = z.object({
  options: field.list(field.text(500)),
  expires_in: field.integer(0, 31_556_952),
  multiple: field.optionalFlag,
  hide_totals: field.optionalFlag,
})

/** BCP 47 as far as clients use it; what is no language is taken for not given, as in Mastodon. */
const language = field
  .optionalText(100)
  .transform((text) =>
    text !== undefined && /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(text) ? text : undefined,
  )

const focus = field.optionalText(100).transform((text, context) => {
  if (text === undefined || text === "") return undefined
  const point = parseFocus(text)
  if (point) return point
  context.addIssue("is not two numbers such as 0.5,-0.5")
  return z.NEVER
})

const description = z.preprocess(
  (value) => (value === null ? "" : value),
  field
    .optionalText(4 * MAX_DESCRIPTION)
    .transform((text) => (text === undefined ? undefined : cleanText(text) || null))
    .refine(
      (text) => textLength(text ?? "") <= MAX_DESCRIPTION,
      `is longer than ${MAX_DESCRIPTION} characters`,
    ),
)

const common = {
  status: field.optionalText(MAX_TEXT),
  spoiler_text: field.optionalText(MAX_TEXT),
  sensitive: field.optionalFlag,
  language,
  media_ids: field.list(field.id),
  poll: z.preprocess(given, poll.optional()),
}

/** A time with or without an offset (then it is UTC), not beyond the year 9999. */
export const timeField = z.preprocess(
  given,
  z
    .string()
    .max(100)
    .transform((text, context) => {
      const time = Date.parse(/\d(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)
      if (time < Date.UTC(10_000)) return time
      context.addIssue("is not a time such as 2030-01-31T18:00:00Z")
      return z.NEVER
    })
    .optional(),
)

export const statusInput = z.object({
  ...common,
  visibility: z.preprocess(given, z.enum(["public", "unlisted", "private", "direct"]).optional()),
  in_reply_to_id: field.optionalId,
  scheduled_at: timeField,
  quoted_status_id: z.preprocess(given, z.undefined("posts cannot be quoted here").optional()),
})

export const editInput = z.object({
  id: field.id,
  ...common,
  media_attributes: field.list(z.object({ id: field.id, description, focus })),
})

type PollInput = z.infer<typeof poll>

function pollOf(input: PollInput | undefined): NewPoll | undefined {
  return (
    input && {
      options: input.options.map(cleanText),
      expires_in: input.expires_in,
      multiple: input.multiple ?? false,
      hide_totals: input.hide_totals ?? false,
    }
  )
}

export function newPost(
  input: z.infer<typeof statusInput>,
  by: Pick<NewPost, "application" | "idempotencyKey">,
): NewPost {
  return {
    text: cleanText(input.status ?? ""),
    spoiler_text: cleanText(input.spoiler_text ?? ""),
    visibility: input.visibility,
    sensitive: input.sensitive,
    language: input.language,
    reply_to_id: input.in_reply_to_id,
    media_ids: input.media_ids,
    poll: pollOf(input.poll),
    ...by,
  }
}

export function postEdit(input: z.infer<typeof editInput>): PostEdit {
  const attributes: MediaAttributes[] = input.media_attributes
  return {
    text: cleanText(input.status ?? ""),
    spoiler_text: cleanText(input.spoiler_text ?? ""),
    sensitive: input.sensitive ?? false,
    language: input.language,
    media_ids: input.media_ids,
    media_attributes: attributes,
    poll: pollOf(input.poll),
  }
}
