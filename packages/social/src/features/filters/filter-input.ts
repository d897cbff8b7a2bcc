// What apps may say of a filter: shared by the routes of today and the older ones.

import { z } from "zod"
import { field } from "../../http/input.ts"
import type { KeywordChange } from "./change-filters.ts"
import { filterActions, filterContexts } from "./filter-events.ts"

const MAX_TITLE = 256
const MAX_KEYWORD = 512
/** Ten years, beyond which it may as well be for ever. */
const MAX_SECONDS = 315_576_000
/** Words that one call changes at most. */
const MAX_AT_ONCE = 200

const notBlank = z.string().trim().min(1, "can't be blank")

export const filterTitle = field.text(MAX_TITLE).pipe(notBlank)
export const filterKeyword = field.text(MAX_KEYWORD).pipe(notBlank)

export const contexts = field.list(z.enum(filterContexts)).transform((names) => [...new Set(names)])
export const someContexts = contexts.refine((names) => names.length > 0, "must name one place at least")

// As Mastodon: what is not known is a warning.
export const filterAction = z.preprocess(
  (value) => (value === undefined || value === null || value === "" ? undefined : value),
  z.enum(filterActions).catch("warn").optional(),
)

/** Seconds; null for ever, which apps say by an empty value or by nothing; undefined where it is not mentioned at all. */
export const expiresIn = z.preprocess(
  (value) => (value === "" || value === "null" ? null : value),
  field.integer(0, MAX_SECONDS).nullable().optional(),
)

const keywordChange = z
  .object({
    id: field.optionalId,
    keyword: z.preprocess((value) => (value === null ? undefined : value), filterKeyword.optional()),
    whole_word: field.optionalFlag,
    _destroy: field.optionalFlag,
  })
  .transform(({ whole_word: wholeWord, _destroy: remove, ...change }): KeywordChange => ({
    ...change,
    wholeWord,
    remove,
  }))

export const keywordChanges = field.list(keywordChange, MAX_AT_ONCE)
