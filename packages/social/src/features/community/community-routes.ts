// Routes of the community's settings, for its owner and admins, and whether it has been set up. Aviary's own API.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { route } from "../../http/route.ts"
import type { Member } from "../../http/viewer.ts"
import { cleanText } from "../../text/clean-text.ts"
import { EMAIL } from "../accounts/create-account.ts"
import type { ChangeCommunity, CommunityChanges } from "./change-community.ts"
import { COMMUNITY_LIMITS, REGISTRATION_MODES } from "./community-settings.ts"
import type { CommunitySetting } from "./community-settings.ts"

const SETTINGS = "/api/aviary/v1/instance/settings"
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$/

/** Cleaned before it is measured, and kept as it is measured. */
function line(max: number) {
  return z.preprocess((value) => (value === null ? undefined : value), field.text(max * 4).transform(cleanText).pipe(z.string().max(max)).optional()) // prettier-ignore
}

const changes = z.object({
  title: line(COMMUNITY_LIMITS.title).refine((title) => title !== "", "can't be blank"),
  description: line(COMMUNITY_LIMITS.description),
  contact_email: line(COMMUNITY_LIMITS.contactEmail).refine(
    (text) => text === undefined || text === "" || EMAIL.test(text),
    "is not a valid e-mail address",
  ),
  rules: z.optional(
    field.list(
      field.text(COMMUNITY_LIMITS.rule).transform(cleanText).pipe(z.string().min(1)),
      COMMUNITY_LIMITS.rules,
    ),
  ),
  languages: z.optional(
    field.list(field.text(20).pipe(z.string().regex(LANGUAGE)), COMMUNITY_LIMITS.languages),
  ),
  registrations: z.enum(REGISTRATION_MODES).optional(),
  invites: z.enum(["members", "staff"]).optional(),
  reason_required: field.optionalFlag,
  // Null is a value here: the look of the client.
  accent_hue: z.union([z.null(), z.literal("").transform(() => null), field.integer(0, 359)]).optional(),
  banner: z.union([z.null(), z.literal("", "must be sent as a file, in multipart/form-data")]).optional(),
  setup_done: field.optionalFlag,
})

export function createCommunityRoutes(
  deps: Pick<Core, "community" | "urls"> & { changeCommunity: ChangeCommunity },
): Route[] {
  const { community } = deps
  return [
    route({
      method: "GET",
      path: "/api/aviary/v1/setup",
      summary: "Whether the owner has set the community up, its look, and who can join",
      access: "public",
      handle: async () => {
        const { setupDone, accentHue, registrations } = community.now()
        return { done: setupDone, accent_hue: accentHue, registrations }
      },
    }),
    route({
      method: "GET",
      path: SETTINGS,
      summary: "The settings of the community, for its owner and admins",
      access: "member",
      scope: "read:accounts",
      async handle({ viewer }) {
        requireAdmin(viewer)
        return settingsJson(deps)
      },
    }),
    route({
      method: "PATCH",
      path: SETTINGS,
      summary: "Changes them",
      access: "member",
      scope: "write:accounts",
      input: changes,
      async handle({ input, viewer, files }) {
        requireAdmin(viewer)
        const chosen = files.findLast((file) => file.field === "banner" && file.bytes.length > 0)
        await deps.changeCommunity({
          actorId: viewer.accountId,
          changes: changesOf(input),
          banner: chosen ?? (input.banner === null ? null : undefined),
        })
        return settingsJson(deps)
      },
    }),
  ]
}

function requireAdmin(viewer: Member): void {
  if (viewer.role !== "owner" && viewer.role !== "admin") throw new AppError("auth.forbidden")
}

function changesOf(input: z.infer<typeof changes>): CommunityChanges {
  const given = {
    title: input.title?.replace(/\s*\n\s*/g, " "),
    description: input.description,
    contactEmail: input.contact_email,
    rules: input.rules,
    languages: input.languages,
    registrations: input.registrations,
    invites: input.invites,
    reasonRequired: input.reason_required,
    accentHue: input.accent_hue,
    setupDone: input.setup_done,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** The names of settings as this API has them. */
const NAMES: Readonly<Record<CommunitySetting, string>> = {
  title: "title",
  description: "description",
  contactEmail: "contact_email",
  rules: "rules",
  languages: "languages",
  registrations: "registrations",
  invites: "invites",
  reasonRequired: "reason_required",
  accentHue: "accent_hue",
  banner: "banner",
  setupDone: "setup_done",
}

function settingsJson({ community, urls }: Pick<Core, "community" | "urls">): object {
  const now = community.now()
  return {
    title: now.title,
    description: now.description,
    contact_email: now.contactEmail,
    rules: now.rules,
    languages: now.languages,
    registrations: now.registrations,
    invites: now.invites,
    reason_required: now.reasonRequired,
    accent_hue: now.accentHue,
    banner: now.banner === null ? null : urls.media(now.banner),
    setup_done: now.setupDone,
    fixed: [...community.fixed].map((name) => NAMES[name]),
  }
}
