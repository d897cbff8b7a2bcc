// What one says of oneself, as it is edited: what it begins with, what is wrong with it, and what is sent. Pure.

import type { AccountField, CredentialAccount } from "../../api/entities.ts"
import { characterCount } from "../compose/character-count.ts"

export interface ProfileForm {
  readonly name: string
  readonly note: string
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  readonly avatarDescription: string
  readonly headerDescription: string
  readonly locked: boolean
  readonly bot: boolean
  readonly discoverable: boolean
  readonly hideCollections: boolean
}

export interface ProfileLimits {
  /** All in characters, but `fields`. */
  readonly name: number
  readonly note: number
  readonly fields: number
  readonly fieldName: number
  readonly fieldValue: number
}

/** The server's; those that the instance tells of itself replace them. */
export const usualLimits: ProfileLimits = { name: 30, note: 500, fields: 4, fieldName: 255, fieldValue: 255 }

export function formOf(member: CredentialAccount): ProfileForm {
  const { source } = member
  return {
    name: member.display_name,
    note: source.note,
    fields: source.fields.map(({ name, value }: AccountField) => ({ name, value })),
    avatarDescription: member.avatar_description ?? "",
    headerDescription: member.header_description ?? "",
    locked: member.locked,
    bot: member.bot,
    discoverable: source.discoverable ?? member.discoverable ?? false,
    hideCollections: source.hide_collections ?? member.hide_collections ?? false,
  }
}

export type ProfileProblem = "tooLong" | "noLabel"

/** By the name of the control: `name`, `note`, `fields.0.name`, `fields.0.value`. */
export type ProfileProblems = Readonly<Record<string, ProfileProblem>>

export function problemsOf(form: ProfileForm, limits: ProfileLimits): ProfileProblems {
  const found: Record<string, ProfileProblem> = {}
  const check = (key: string, text: string, limit: number) => {
    if (characterCount(text.trim()) > limit) found[key] = "tooLong"
  }
  check("name", form.name, limits.name)
  check("note", form.note, limits.note)
  for (const [place, { name, value }] of form.fields.entries()) {
    check(`fields.${place}.name`, name, limits.fieldName)
    check(`fields.${place}.value`, value, limits.fieldValue)
    if (name.trim() === "" && value.trim() !== "") found[`fields.${place}.name`] = "noLabel"
  }
  return found
}

/** A new picture, or `null` to take the present one away; undefined leaves it. */
export interface NewPictures {
  readonly avatar?: Blob
  readonly header?: Blob
}

/** The body of the request: a form, since pictures are files. A list without rows empties the fields. */
export function profileBody(form: ProfileForm, pictures: NewPictures): FormData {
  const body = new FormData()
  const filled = form.fields.filter(({ name, value }) => name.trim() !== "" || value.trim() !== "")
  body.set("display_name", form.name.trim())
  body.set("note", form.note.trim())
  const rows = filled.length === 0 ? [{ name: "", value: "" }] : filled
  for (const [place, { name, value }] of rows.entries()) {
    body.set(`fields_attributes[${place}][name]`, name.trim())
    body.set(`fields_attributes[${place}][value]`, value.trim())
  }
  body.set("avatar_description", form.avatarDescription.trim())
  body.set("header_description", form.headerDescription.trim())
  body.set("locked", String(form.locked))
  body.set("bot", String(form.bot))
  body.set("discoverable", String(form.discoverable))
  body.set("hide_collections", String(form.hideCollections))
  if (pictures.avatar) body.set("avatar", pictures.avatar, "avatar.png")
  if (pictures.header) body.set("header", pictures.header, "header.jpg")
  return body
}

export function isSame(one: ProfileForm, other: ProfileForm): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What the server said was wrong, by control: "display_name: is 31 characters long, …; note: …". */
export function serverProblems(message: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [, key = "", text = ""] of message.matchAll(
    /(display_name|note|fields_attributes\.\d+\.(?:name|value)|avatar|header): ([^;]+)/g,
  )) {
    const control = key === "display_name" ? "name" : key.replace("fields_attributes.", "fields.")
    found[control] = text.trim()
  }
  return found
}
