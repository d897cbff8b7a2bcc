// A post's text as it is kept: parsed once, its mentions looked up, its HTML written. The same for posting and editing.

import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { Db } from "../../db/database.ts"
import type { MentionedAccount } from "../../db/schema.ts"
import { contentHtml } from "../../text/content-html.ts"
import type { ParsedText } from "../../text/parse-text.ts"

/** The accounts that a text mentions, in its order; names that nobody has are not among them. */
export async function findMentioned(db: Db, parsed: ParsedText): Promise<MentionedAccount[]> {
  if (parsed.mentions.length === 0) return []
  const names = parsed.mentions.map((mention) => mention.split("@")[0] ?? "")
  const rows = await db
    .selectFrom("accounts")
    .select(["id", "username", "username_key"])
    .where("username_key", "=", sql<string>`ANY(${names}::text[])`)
    .where("suspended_at", "is", null)
    .execute()
  const byName = new Map(rows.map((row) => [row.username_key, row]))
  return [...new Set(names)].flatMap((name) => {
    const row = byName.get(name)
    return row ? [{ id: row.id, username: row.username }] : []
  })
}

/** The HTML of a post whose mentions have been looked up. */
export function postHtml(
  parsed: ParsedText,
  mentions: readonly MentionedAccount[],
  urls: Core["urls"],
): string {
  const byName = new Map(mentions.map((mention) => [mention.username.toLowerCase(), mention.username]))
  return contentHtml(parsed, {
    mention(name, domain) {
      if (domain !== undefined && domain !== urls.domain) return undefined
      const username = byName.get(name)
      return username === undefined ? undefined : { url: urls.account(username), acct: username, username }
    },
    tagUrl: (name) => urls.tag(name),
  })
}
