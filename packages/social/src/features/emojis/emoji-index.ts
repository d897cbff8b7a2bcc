// The server's custom emoji, held in memory: small, and wanted by nearly every answer.

import type { Db } from "../../db/database.ts"
import type { Urls } from "../../http/urls.ts"
import { emojiShortcodes } from "../../text/emoji-shortcodes.ts"

export interface CustomEmojiJson {
  readonly shortcode: string
  readonly url: string
  readonly static_url: string
  readonly visible_in_picker: boolean
  readonly category: string | null
}

export interface EmojiIndex {
  /** The emoji that the texts name, each once. */
  in(...texts: readonly string[]): CustomEmojiJson[]
  all(): CustomEmojiJson[]
  /** Another number after each change: what was made of the emoji of before is out of date. */
  readonly version: number
  /** Reads them again; call at start and after emoji events. */
  refresh(): Promise<void>
}

export function createEmojiIndex(deps: { db: Db; urls: Urls }): EmojiIndex {
  let emojis = new Map<string, CustomEmojiJson>()
  let version = 0
  return {
    get version() {
      return version
    },
    in(...texts) {
      if (emojis.size === 0) return []
      const names = new Set(texts.flatMap((text) => emojiShortcodes(text)))
      return [...names].flatMap((name) => emojis.get(name) ?? [])
    },
    all: () => [...emojis.values()],
    async refresh() {
      const rows = await deps.db.selectFrom("custom_emojis").selectAll().orderBy("shortcode").execute()
      emojis = new Map(
        rows.map((row) => [
          row.shortcode,
          {
            shortcode: row.shortcode,
            url: deps.urls.media(row.image),
            static_url: deps.urls.media(row.static_image),
            visible_in_picker: row.visible,
            category: row.category,
          },
        ]),
      )
      version += 1
    },
  }
}
