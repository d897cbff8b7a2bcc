// Announcements: what members see of them, react to them, and put them away; and what staff writes.

import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { EmojiIndex } from "../emojis/emoji-index.ts"
import { announcementStream } from "./announcement-events.ts"

export interface AnnouncementView {
  readonly id: number
  readonly text: string
  readonly starts_at: Date | null
  readonly ends_at: Date | null
  readonly all_day: boolean
  readonly published_at: Date
  /** Whether the viewer has put it away; false where nobody looks. */
  readonly read: boolean
  /** In the order in which they first came. */
  readonly reactions: readonly { readonly name: string; readonly count: number; readonly me: boolean }[]
}

export interface NewAnnouncement {
  readonly text: string
  readonly startsAt: Date | null
  readonly endsAt: Date | null
  readonly allDay: boolean
}

export interface Announcements {
  /** Those that have not ended, the oldest first. `viewerId` 0 is nobody. */
  list(viewerId: number, options?: { withRead?: boolean }): Promise<AnnouncementView[]>
  /** Of the same, those with one of the ids. */
  find(ids: readonly number[], viewerId: number): Promise<AnnouncementView[]>
  /** Twice is once. All fail with `record.not_found` for one that is not there, or has ended. */
  dismiss(memberId: number, id: number): Promise<void>
  /** Fails with `input.invalid` for what is no emoji, and with `announcement.too_many_reactions`. Twice is once. */
  react(memberId: number, id: number, name: string): Promise<void>
  unreact(memberId: number, id: number, name: string): Promise<void>
}

const MAX_ANNOUNCEMENTS = 20
const MAX_TEXT = 5_000
/** Different emoji under an announcement, as Mastodon. */
const MAX_REACTIONS = 8

export function createAnnouncements(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "emojis">,
): Announcements {
  const { db, events, nextId, clock, emojis } = deps
  const now = (): Date => new Date(clock.now())

  async function read(viewerId: number, condition: ReturnType<typeof sql>): Promise<AnnouncementView[]> {
    const found = await sql<
      Omit<AnnouncementView, "reactions"> & { reactions: AnnouncementView["reactions"] | null }
    >`
      SELECT a.*, EXISTS (SELECT 1 FROM announcement_dismissals d
          WHERE d.announcement_id = a.id AND d.account_id = ${viewerId}) AS read,
        (SELECT json_agg(json_build_object('name', r.name, 'count', r.count, 'me', r.me) ORDER BY r.first)
          FROM (SELECT name, count(*)::int AS count, min(id) AS first, bool_or(account_id = ${viewerId}) AS me
            FROM announcement_reactions WHERE announcement_id = a.id GROUP BY name) r) AS reactions
      FROM announcements a WHERE (a.ends_at IS NULL OR a.ends_at > ${now()}) AND ${condition} ORDER BY a.id`.execute(
      db,
    )
    return found.rows.map((row) => ({ ...row, reactions: row.reactions ?? [] }))
  }

  async function requireShown(of: Db, id: number): Promise<void> {
    const found = await sql`SELECT 1 FROM announcements
      WHERE id = ${id} AND (ends_at IS NULL OR ends_at > ${now()})`.execute(of)
    if (found.rows.length === 0) throw new AppError("record.not_found")
  }

  return {
    async list(viewerId, { withRead = false } = {}) {
      const all = await read(viewerId, sql`true`)
      return withRead ? all : all.filter((one) => !one.read)
    },
    find: async (ids, viewerId) => read(viewerId, sql`a.id = ANY(${[...ids]}::bigint[])`),
    async dismiss(memberId, id) {
      await requireShown(db, id)
      await sql`INSERT INTO announcement_dismissals (announcement_id, account_id) VALUES (${id}, ${memberId})
        ON CONFLICT DO NOTHING`.execute(db)
    },
    async react(memberId, id, name) {
      if (!isEmoji(name, emojis)) throw new AppError("input.invalid", { problems: "name: is not an emoji" })
      const stream = announcementStream(id)
      await events.transact([stream], async (tx) => {
        await requireShown(tx.db, id)
        const there = await reactionsTo(tx.db, id)
        if (there.some((one) => one.name === name && one.account_id === memberId)) return
        const names = new Set(there.map((one) => one.name))
        if (!names.has(name) && names.size >= MAX_REACTIONS)
          throw new AppError("announcement.too_many_reactions", { limit: MAX_REACTIONS })
        const data = { id: nextId(), announcement_id: id, account_id: memberId, name }
        await tx.append([{ type: "announcement.reaction_added", stream, actor: memberId, data }])
      })
    },
    async unreact(memberId, id, name) {
      const stream = announcementStream(id)
      await events.transact([stream], async (tx) => {
        await requireShown(tx.db, id)
        const there = await reactionsTo(tx.db, id)
        if (!there.some((one) => one.name === name && one.account_id === memberId)) return
        const data = { announcement_id: id, account_id: memberId, name }
        await tx.append([{ type: "announcement.reaction_removed", stream, actor: memberId, data }])
      })
    },
  }
}

/** One emoji of Unicode, or one of the community's own by its shortcode. */
function isEmoji(name: string, emojis: EmojiIndex): boolean {
  return /^\p{RGI_Emoji}$/v.test(name) || emojis.all().some((emoji) => emoji.shortcode === name)
}

async function reactionsTo(db: Db, id: number): Promise<{ name: string; account_id: number }[]> {
  return db
    .selectFrom("announcement_reactions")
    .select(["name", "account_id"])
    .where("announcement_id", "=", id)
    .execute()
}

/** For staff, at a terminal. */
export interface WriteAnnouncements {
  /** Publishes one and gives its id. Fails with `input.invalid`, and when there are too many that have not ended. */
  publish(announcement: NewAnnouncement): Promise<number>
  /** Fails with `record.not_found`. */
  remove(id: number): Promise<void>
  /** Those that have not ended, the oldest first. */
  all(): Promise<AnnouncementView[]>
}

export function createWriteAnnouncements(
  deps: Pick<Core, "db" | "events" | "nextId" | "clock" | "emojis">,
): WriteAnnouncements {
  const { events, nextId } = deps
  const announcements = createAnnouncements(deps)
  return {
    all: () => announcements.list(0, { withRead: true }),
    async publish({ text, startsAt, endsAt, allDay }) {
      const written = text.trim()
      const problems = [
        ...(written === "" ? ["text: can't be blank"] : []),
        ...(written.length > MAX_TEXT ? [`text: is longer than ${MAX_TEXT} characters`] : []),
        ...(startsAt && endsAt && endsAt <= startsAt ? ["ends: is not after the start"] : []),
        ...(endsAt && endsAt.getTime() <= deps.clock.now() ? ["ends: is in the past"] : []),
        ...((await announcements.list(0)).length >= MAX_ANNOUNCEMENTS
          ? [`text: there are ${MAX_ANNOUNCEMENTS} announcements; remove one first`]
          : []),
      ]
      if (problems.length > 0) throw new AppError("input.invalid", { problems: problems.join("; ") })
      const id = nextId()
      const stream = announcementStream(id)
      const data = {
        id,
        text: written,
        starts_at: startsAt?.toISOString() ?? null,
        ends_at: endsAt?.toISOString() ?? null,
        all_day: allDay,
      }
      await events.transact([stream], (tx) =>
        tx.append([{ type: "announcement.published", stream, actor: null, data }]),
      )
      return id
    },
    async remove(id) {
      const stream = announcementStream(id)
      await events.transact([stream], async (tx) => {
        const found = await tx.db.selectFrom("announcements").select("id").where("id", "=", id).execute()
        if (found.length === 0) throw new AppError("record.not_found")
        await tx.append([{ type: "announcement.removed", stream, actor: null, data: { id } }])
      })
    },
  }
}
