// Adds and removes custom emoji, for the operator. A new picture under an old shortcode replaces the old one; the files of
// what is gone are deleted once that has committed (see media-files-consumer.ts).

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { MediaStore } from "../media/media-store.ts"
import { emojiImage } from "./emoji-image.ts"

export interface NewEmoji {
  /** Without colons: letters, digits and `_`, 2 to 128 of them. Case counts. */
  readonly shortcode: string
  readonly bytes: Buffer
  /** Where pickers show it; null: nowhere in particular. */
  readonly category: string | null
}

export interface ChangeEmojisDeps extends Pick<Core, "events"> {
  readonly store: Pick<MediaStore, "put" | "delete">
}

const SHORTCODE = /^[A-Za-z0-9_]{2,128}$/

/** Adds emoji. Fails with `input.invalid` for the shortcode, `media.rejected` for the picture, and `storage.full`. */
export function createAddEmoji({ events, store }: ChangeEmojisDeps): (emoji: NewEmoji) => Promise<void> {
  return async function addEmoji({ shortcode, bytes, category }) {
    if (!SHORTCODE.test(shortcode)) {
      throw new AppError("input.invalid", {
        problems: "shortcode: must be 2 to 128 letters, digits and underscores",
      })
    }
    const { image, still } = await emojiImage(bytes)
    const keys: string[] = []
    try {
      keys.push(await store.put(image))
      keys.push(image === still ? (keys[0] ?? "") : await store.put(still))
      const [imageKey = "", stillKey = ""] = keys
      await events.transact([emojiStream(shortcode)], async (tx) => {
        await tx.append([
          ...(await removal(tx.db, shortcode)),
          {
            type: "emoji.added",
            stream: emojiStream(shortcode),
            actor: null,
            data: { shortcode, image: imageKey, static_image: stillKey, category },
          },
        ])
      })
    } catch (error) {
      await Promise.allSettled(keys.map((key) => store.delete(key)))
      throw error
    }
  }
}

/** Removes emoji by their shortcode. Fails with `record.not_found`. */
export function createRemoveEmoji({ events }: Pick<Core, "events">): (shortcode: string) => Promise<void> {
  return (shortcode) =>
    events.transact([emojiStream(shortcode)], async (tx) => {
      const removed = await removal(tx.db, shortcode)
      if (removed.length === 0) throw new AppError("record.not_found")
      await tx.append(removed)
    })
}

function emojiStream(shortcode: string): string {
  return `emoji:${shortcode}`
}

/** The event that removes what has a shortcode now; none where nothing has. */
async function removal(db: Db, shortcode: string) {
  const row = await db
    .selectFrom("custom_emojis")
    .select(["image", "static_image"])
    .where("shortcode", "=", shortcode)
    .executeTakeFirst()
  if (!row) return []
  return [
    {
      type: "emoji.removed",
      stream: emojiStream(shortcode),
      actor: null,
      data: { shortcode, image: row.image, static_image: row.static_image },
    } as const,
  ]
}
