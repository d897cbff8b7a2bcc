// What a member sends to change a profile: its shape, its limits, and what it changes. Pure.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { ProfileField, Visibility } from "../../db/schema.ts"
import { field } from "../../http/input.ts"
import { cleanText } from "../../text/clean-text.ts"
import { postLength, textLength } from "../../text/post-length.ts"
import type { ProfileChanges } from "./account-events.ts"

/** Characters as a reader sees them; in the biography a link counts as 23. */
export const PROFILE_LIMITS = {
  displayName: 30,
  note: 500,
  fields: 4,
  fieldCharacters: 255,
  pictureDescription: 1_500,
  attributionDomains: 10,
}

/** UTF-16 units of any text, whatever its length in characters: one character may carry any number of marks. */
const MAX_TEXT = 10_000
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/
const DOMAIN = /^(?=.{1,253}$)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u

const profileField = z.object({
  name: field.text(MAX_TEXT).default(""),
  value: field.text(MAX_TEXT).default(""),
})

const privacy = z.enum(["public", "unlisted", "private"])

/** The body of `update_credentials` and of the profile's own route. */
export const profileInput = z.object({
  display_name: field.optionalText(MAX_TEXT),
  note: field.optionalText(MAX_TEXT),
  fields_attributes: z.optional(field.list(profileField)),
  locked: field.optionalFlag,
  bot: field.optionalFlag,
  discoverable: field.optionalFlag,
  indexable: field.optionalFlag,
  hide_collections: field.optionalFlag,
  show_media: field.optionalFlag,
  show_media_replies: field.optionalFlag,
  show_featured: field.optionalFlag,
  attribution_domains: z.optional(field.list(field.text(300))),
  avatar_description: field.optionalText(MAX_TEXT),
  header_description: field.optionalText(MAX_TEXT),
  source: z
    .object({
      privacy: z.preprocess(
        (value) => (value === "" || value === null ? undefined : value),
        privacy.optional(),
      ),
      sensitive: field.optionalFlag,
      language: z.optional(z.nullable(field.text(20))),
    })
    .optional(),
})

export type ProfileInput = z.infer<typeof profileInput>

/** What the input changes. Fails with `input.invalid`, naming every field that breaks a limit. */
export function profileChanges(input: ProfileInput): ProfileChanges {
  const changes = {
    display_name: input.display_name === undefined ? undefined : oneLine(input.display_name),
    note: input.note === undefined ? undefined : cleanText(input.note),
    fields: input.fields_attributes && filledFields(input.fields_attributes),
    locked: input.locked,
    bot: input.bot,
    discoverable: input.discoverable,
    indexable: input.indexable,
    hide_collections: input.hide_collections,
    show_media: input.show_media,
    show_media_replies: input.show_media_replies,
    show_featured: input.show_featured,
    attribution_domains: input.attribution_domains && [...new Set(input.attribution_domains.map(bareDomain))],
    avatar_description:
      input.avatar_description === undefined ? undefined : cleanText(input.avatar_description),
    header_description:
      input.header_description === undefined ? undefined : cleanText(input.header_description),
    default_visibility: input.source?.privacy as Visibility | undefined,
    default_sensitive: input.source?.sensitive,
    default_language: input.source?.language === undefined ? undefined : input.source.language || null,
  }
  const problems = problemsOf(changes)
  if (problems.length > 0) throw new AppError("input.invalid", { problems: problems.join("; ") })
  return withoutUndefined(changes)
}

function withoutUndefined(changes: {
  [K in keyof ProfileChanges]: ProfileChanges[K] | undefined
}): ProfileChanges {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

type Changes = { [K in keyof ProfileChanges]?: ProfileChanges[K] | undefined }

function problemsOf(changes: Changes): string[] {
  const { fields = [], attribution_domains: domains = [], default_language: language } = changes
  const tooLong = (name: string, length: number, limit: number): string[] =>
    length > limit ? [`${name}: is ${length} characters long, the limit is ${limit}`] : []
  const limits = PROFILE_LIMITS
  return [
    ...tooLong("display_name", textLength(changes.display_name ?? ""), limits.displayName),
    ...tooLong("note", postLength(changes.note ?? ""), limits.note),
    ...tooLong("avatar_description", textLength(changes.avatar_description ?? ""), limits.pictureDescription),
    ...tooLong("header_description", textLength(changes.header_description ?? ""), limits.pictureDescription),
    ...(fields.length > limits.fields ? [`fields_attributes: at most ${limits.fields}`] : []),
    ...fields.flatMap(({ name, value }, index) => [
      ...(name === "" ? [`fields_attributes.${index}.name: can't be blank`] : []),
      ...tooLong(`fields_attributes.${index}.name`, textLength(name), limits.fieldCharacters),
      ...tooLong(`fields_attributes.${index}.value`, textLength(value), limits.fieldCharacters),
    ]),
    ...(domains.length > limits.attributionDomains
      ? [`attribution_domains: at most ${limits.attributionDomains}`]
      : []),
    ...domains.flatMap((domain) =>
      DOMAIN.test(domain) ? [] : [`attribution_domains: ${domain} is not a domain`],
    ),
    ...(language && !LANGUAGE.test(language) ? ["source.language: is not a language code"] : []),
  ]
}

/** Apps send all rows of their form, empty ones too. */
function filledFields(fields: readonly ProfileField[]): ProfileField[] {
  return fields
    .map(({ name, value }) => ({ name: oneLine(name), value: oneLine(value) }))
    .filter(({ name, value }) => name !== "" || value !== "")
}

function oneLine(text: string): string {
  return cleanText(text).replace(/\s*\n\s*/g, " ")
}

/** People paste addresses where a domain is asked for. */
function bareDomain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "")
}
