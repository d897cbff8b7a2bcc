// What a member has chosen that other devices need too, kept on the server: how things look and are read. Outside the log, since
// it is nobody else's business and no history.

import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"

/** What may be set, with what holds until it is. */
const stored = z.object({
  theme: z.enum(["auto", "light", "dark"]).catch("auto"),
  text_size: z.enum(["small", "normal", "large"]).catch("normal"),
  /** Null: the browser's. */
  locale: z.string().nullable().catch(null),
  expand_media: z.enum(["default", "show_all", "hide_all"]).catch("default"),
  expand_spoilers: z.boolean().catch(false),
  autoplay_gifs: z.boolean().catch(false),
  notification_sounds: z.boolean().catch(false),
  /** Of the client's own, as it likes. */
  client: z.record(z.string(), z.unknown()).catch({}),
})

export type Preferences = z.infer<typeof stored>

const MAX_CLIENT_BYTES = 16_384

export const preferenceChanges = z.object({
  theme: z.enum(["auto", "light", "dark"]).optional(),
  text_size: z.enum(["small", "normal", "large"]).optional(),
  locale: z.union([z.null(), z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/).max(35)]).optional(), // prettier-ignore
  expand_media: z.enum(["default", "show_all", "hide_all"]).optional(),
  expand_spoilers: field.optionalFlag,
  autoplay_gifs: field.optionalFlag,
  notification_sounds: field.optionalFlag,
  client: z
    .record(z.string().max(100), z.json())
    .refine((value) => JSON.stringify(value).length <= MAX_CLIENT_BYTES, `at most ${MAX_CLIENT_BYTES} bytes`)
    // PostgreSQL refuses NUL and halves of characters in JSON.
    .refine((value) => !/\\u(0000|d[89a-f])/i.test(JSON.stringify(value)), "holds characters that are none")
    .optional(),
})

export interface MemberPreferences {
  of(accountId: number): Promise<Preferences>
  /** What is absent stays. Several at once: each field is the last one's. */
  change(accountId: number, changes: Partial<Preferences>): Promise<Preferences>
}

export function createMemberPreferences({ db, clock }: Pick<Core, "db" | "clock">): MemberPreferences {
  async function of(accountId: number): Promise<Preferences> {
    const row = await db
      .selectFrom("member_preferences")
      .select("preferences")
      .where("account_id", "=", accountId)
      .executeTakeFirst()
    return stored.parse(row?.preferences ?? {})
  }

  return {
    of,
    async change(accountId, changes) {
      const preferences = JSON.stringify(changes)
      await db
        .insertInto("member_preferences")
        .values({ account_id: accountId, preferences, updated_at: new Date(clock.now()) })
        .onConflict((row) =>
          row.column("account_id").doUpdateSet((current) => ({
            preferences: current.fn<string>("jsonb_concat", [
              "member_preferences.preferences",
              "excluded.preferences",
            ]),
            updated_at: new Date(clock.now()),
          })),
        )
        .execute()
      return of(accountId)
    },
  }
}
