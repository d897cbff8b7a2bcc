// What stands in the archive of a member: the account, every post as a line of JSON, the lists, and the files of pictures. A
// post's pictures are named by their place in the archive.

import { createReadStream } from "node:fs"
import { open, rm, stat } from "node:fs/promises"
import { AppError } from "@aviary/kit"
import { sql } from "kysely"
import type { Core } from "../../core.ts"
import type { MediaFiles } from "../../db/schema.ts"
import type { MediaStore } from "../media/media-store.ts"
import type { ExportList } from "./export-lists.ts"
import { EXPORTED_FILES } from "./export-lists.ts"
import type { TarEntry } from "./tar.ts"

const PAGE = 500
const FILES_BETWEEN = 20

export interface ArchiveDeps extends Pick<Core, "db" | "urls" | "clock"> {
  readonly store: Pick<MediaStore, "size" | "open">
  readonly exportList: ExportList
}

export interface ArchiveJob {
  readonly accountId: number
  /** A file of its own, for what must be written before its size is known. */
  readonly scratch: string
  /** Called often as it goes on, with the posts written so far. */
  readonly onProgress: (posts: number) => Promise<void>
}

interface PostRow {
  readonly id: number
  readonly text: string
  readonly spoiler_text: string
  readonly visibility: string
  readonly sensitive: boolean
  readonly language: string | null
  readonly reply_to_id: number | null
  readonly repost_of_id: number | null
  readonly original_author: string | null
  readonly tags: string[]
  readonly mentions: readonly { username: string }[]
  readonly media: readonly { files: MediaFiles; description: string | null }[]
  readonly poll: { options: string[]; multiple: boolean; expires_at: string } | null
  readonly created_at: Date
  readonly edited_at: Date | null
}

/** The entries, in their order. */
export async function* archiveEntries(deps: ArchiveDeps, job: ArchiveJob): AsyncGenerator<TarEntry> {
  const { db, urls, clock, store, exportList } = deps
  const { accountId } = job
  const account = await db.selectFrom("accounts").selectAll().where("id", "=", accountId).executeTakeFirst()
  if (!account) throw new AppError("record.not_found")
  const text = (name: string, content: string): TarEntry => {
    const bytes = Buffer.from(content)
    return { name, size: bytes.length, modifiedAt: clock.now(), content: bytes }
  }
  const pictures = [account.avatar, account.header].filter((key) => key !== null)
  yield text(
    "account.json",
    `${JSON.stringify(
      {
        address: `${account.username}@${urls.domain}`,
        url: urls.account(account.username),
        display_name: account.display_name,
        note: account.note,
        fields: account.fields,
        avatar: placeOf(account.avatar),
        header: placeOf(account.header),
        locked: account.locked,
        bot: account.bot,
        created_at: account.created_at.toISOString(),
      },
      undefined,
      2,
    )}\n`,
  )
  const media = new Set<string>(pictures)
  let posts = 0
  try {
    posts = await writePosts(deps, { ...job, username: account.username, media })
    const { size } = await stat(job.scratch)
    yield { name: "posts.jsonl", size, modifiedAt: clock.now(), content: createReadStream(job.scratch) }
  } finally {
    await rm(job.scratch, { force: true })
  }
  for (const file of EXPORTED_FILES) {
    const parts = await Array.fromAsync(exportList(accountId, file))
    yield text(file, parts.join(""))
  }
  let files = 0
  for (const key of media) {
    files += 1
    if (files % FILES_BETWEEN === 0) await job.onProgress(posts)
    const size = await store.size(key)
    // Deleted since.
    if (size === undefined) continue
    yield { name: placeOf(key) ?? key, size, modifiedAt: clock.now(), content: await store.open(key) }
  }
}

function placeOf(key: string | null): string | null {
  return key === null ? null : `media/${key.slice(key.lastIndexOf("/") + 1)}`
}

async function writePosts(
  { db, urls }: ArchiveDeps,
  job: ArchiveJob & { username: string; media: Set<string> },
): Promise<number> {
  const file = await open(job.scratch, "w", 0o600)
  try {
    let after = 0
    let done = 0
    for (;;) {
      const { rows } = await postsAfter(job.accountId, after).execute(db)
      for (const row of rows) for (const { files } of row.media) job.media.add(files.original)
      if (rows.length > 0) await file.write(rows.map((row) => postLine(row, job.username, urls)).join(""))
      done += rows.length
      await job.onProgress(done)
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return done
      after = last.id
    }
  } finally {
    await file.close()
  }
}

function postsAfter(accountId: number, after: number) {
  return sql<PostRow>`
    SELECT p.id, p.text, p.spoiler_text, p.visibility, p.sensitive, p.language, p.reply_to_id, p.repost_of_id,
      (SELECT a.username FROM posts o JOIN accounts a ON a.id = o.author_id WHERE o.id = p.repost_of_id) AS original_author,
      p.tags, p.mentions, p.created_at, p.edited_at,
      coalesce((SELECT jsonb_agg(jsonb_build_object('files', m.files, 'description', m.description)
        ORDER BY array_position(p.media_ids, m.id)) FROM media m WHERE m.id = ANY(p.media_ids)), '[]') AS media,
      (SELECT jsonb_build_object('options', l.options, 'multiple', l.multiple, 'expires_at', l.expires_at)
        FROM polls l WHERE l.id = p.poll_id) AS poll
    FROM posts p WHERE p.author_id = ${accountId} AND p.id > ${after} ORDER BY p.id LIMIT ${PAGE}`
}

function postLine(row: PostRow, username: string, urls: Core["urls"]): string {
  return `${JSON.stringify({
    id: String(row.id),
    url: urls.post(username, row.id),
    created_at: row.created_at.toISOString(),
    edited_at: row.edited_at?.toISOString() ?? null,
    repost_of:
      row.repost_of_id === null || row.original_author === null
        ? null
        : urls.postUri(row.original_author, row.repost_of_id),
    text: row.text,
    spoiler_text: row.spoiler_text,
    visibility: row.visibility,
    sensitive: row.sensitive,
    language: row.language,
    in_reply_to_id: row.reply_to_id === null ? null : String(row.reply_to_id),
    tags: row.tags,
    mentions: row.mentions.map((mention) => `${mention.username}@${urls.domain}`),
    media: row.media.map(({ files, description }) => ({ file: placeOf(files.original), description })),
    poll: row.poll,
  })}\n`
}
