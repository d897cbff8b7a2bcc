// What the owner sets of the community, and who decides each of it: what stands in the configuration wins and cannot be changed
// in the browser; then what was stored; then what a new server begins with. Pure.

import { z } from "zod"
import type { SocialSettings } from "../../settings.ts"

/** `open`: anybody. `approval`: anybody whom the staff lets in, and whoever was invited. `invite`: who was invited. */
export const REGISTRATION_MODES = ["open", "approval", "invite", "closed"] as const
export type RegistrationMode = (typeof REGISTRATION_MODES)[number]

/** Whether somebody whom nobody invited may ask to join. */
export function takesNewcomers(mode: RegistrationMode): boolean {
  return mode === "open" || mode === "approval"
}

export interface CommunitySettings {
  readonly title: string
  readonly description: string
  readonly contactEmail: string
  readonly rules: readonly string[]
  /** ISO 639-1. */
  readonly languages: readonly string[]
  readonly registrations: RegistrationMode
  /** Who may invite. */
  readonly invites: "members" | "staff"
  /** Whether a newcomer whom the form asks must say why they want to join; for `approval`. */
  readonly reasonRequired: boolean
  /** Of the look: degrees on the colour wheel, 0 to 359; null: the client's own. */
  readonly accentHue: number | null
  /** Storage key of the picture that stands for the community. */
  readonly banner: string | null
  /** The owner has been led through all of it. */
  readonly setupDone: boolean
}

export type CommunitySetting = keyof CommunitySettings

export const COMMUNITY_LIMITS = {
  title: 100,
  description: 1_500,
  contactEmail: 250,
  rules: 50,
  rule: 1_000,
  languages: 20,
}

const beginning: CommunitySettings = {
  title: "Aviary",
  description: "A community on Aviary.",
  contactEmail: "",
  rules: [],
  languages: ["en"],
  registrations: "open",
  invites: "members",
  reasonRequired: true,
  accentHue: null,
  banner: null,
  setupDone: false,
}

/** What a stored value must be; one that is not (of another version) counts as not stored. */
const stored = z.object({
  title: z.string(),
  description: z.string(),
  contactEmail: z.string(),
  rules: z.array(z.string()),
  languages: z.array(z.string()),
  registrations: z.enum(REGISTRATION_MODES),
  invites: z.enum(["members", "staff"]),
  reasonRequired: z.boolean(),
  accentHue: z.number().int().min(0).max(359).nullable(),
  banner: z.string().nullable(),
  setupDone: z.boolean(),
})

/** What the configuration says, which nobody can change from the browser. */
export function fixedSettings(
  settings: Pick<SocialSettings, "instance" | "registrations">,
): Partial<CommunitySettings> {
  const { title, description, contactEmail, rules, languages } = settings.instance
  const given = {
    title,
    description,
    contactEmail,
    rules,
    languages,
    registrations: settings.registrations.mode,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** What is in force. */
export function settingsInForce(
  fixed: Partial<CommunitySettings>,
  rows: readonly { readonly name: string; readonly value: unknown }[],
): CommunitySettings {
  const kept = rows.flatMap(({ name, value }) => {
    const schema: z.ZodType | undefined = Object.hasOwn(stored.shape, name)
      ? stored.shape[name as CommunitySetting]
      : undefined
    const parsed = schema?.safeParse(value)
    return parsed?.success ? [[name, parsed.data] as const] : []
  })
  return { ...beginning, ...Object.fromEntries(kept), ...fixed }
}
