// How one to many pictures share a post's width: which cells, and in which shape. Pure.

import type { MediaAttachment } from "../../api/entities.ts"

export interface MediaLayout {
  /** Width by height of the whole grid. */
  readonly aspect: number
  readonly columns: 1 | 2
  readonly rows: 1 | 2
  /** For each shown attachment, whether it takes both rows. */
  readonly tall: readonly boolean[]
  /** How many attachments are not shown but counted on the last cell. */
  readonly more: number
}

const MOST_SHOWN = 4
const NARROWEST = 3 / 4
const WIDEST = 3

/** One picture keeps its own shape within reason; more share a box of fixed shape, so that nothing shifts. */
export function mediaLayout(media: readonly Pick<MediaAttachment, "meta">[]): MediaLayout {
  const [first] = media
  const more = Math.max(0, media.length - MOST_SHOWN)
  switch (Math.min(media.length, MOST_SHOWN)) {
    case 0:
    case 1:
      return { aspect: aspectOf(first?.meta), columns: 1, rows: 1, tall: [true], more }
    case 2:
      return { aspect: 16 / 10, columns: 2, rows: 1, tall: [true, true], more }
    case 3:
      return { aspect: 16 / 10, columns: 2, rows: 2, tall: [true, false, false], more }
    default:
      return { aspect: 16 / 10, columns: 2, rows: 2, tall: [false, false, false, false], more }
  }
}

function aspectOf(meta: MediaAttachment["meta"] | undefined): number {
  const size = meta?.original ?? meta?.small
  const ratio = (size?.width ?? 0) / (size?.height ?? 0)
  return Number.isFinite(ratio) && ratio > 0 ? Math.min(Math.max(ratio, NARROWEST), WIDEST) : 16 / 9
}
