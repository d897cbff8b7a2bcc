// A member's pictures and films out of their posts, in rows of three. Pure.

import type { MediaAttachment, Status } from "../../api/entities.ts"

export interface MediaTile {
  readonly status: Status
  readonly media: MediaAttachment
  /** Among the pictures of its post. */
  readonly place: number
}

export interface MediaRow {
  /** Of its first tile. */
  readonly id: string
  readonly tiles: readonly MediaTile[]
}

const COLUMNS = 3

/** What is only heard has no tile. */
export function mediaRows(posts: readonly Status[]): MediaRow[] {
  const tiles = posts.flatMap((status) =>
    (status.reblog ?? status).media_attachments
      .filter(({ type }) => type !== "audio")
      .map((media, place): MediaTile => ({ status, media, place })),
  )
  const rows: MediaRow[] = []
  for (let from = 0; from < tiles.length; from += COLUMNS) {
    const inRow = tiles.slice(from, from + COLUMNS)
    rows.push({ id: inRow[0]?.media.id ?? String(from), tiles: inRow })
  }
  return rows
}
