// An uploaded picture as Mastodon's MediaAttachment. Pure.

import type { MediaFiles, MediaFocus } from "../../db/schema.ts"
import type { Urls } from "../../http/urls.ts"

/** What is shown of a media row. */
export interface MediaView {
  readonly id: number
  readonly type: "image"
  readonly files: MediaFiles
  readonly description: string | null
  readonly focus: MediaFocus | null
  readonly blurhash: string | null
  readonly meta: Readonly<Record<string, unknown>>
  readonly ready: boolean
}

/** `url` is null until the full-size variant is ready; the preview is there from the start. */
export function mediaJson(media: MediaView, urls: Urls): object {
  return {
    id: String(media.id),
    type: media.type,
    url: media.ready ? urls.media(media.files.original) : null,
    preview_url: urls.media(media.files.small),
    remote_url: null,
    preview_remote_url: null,
    text_url: null,
    meta: media.focus ? { ...media.meta, focus: media.focus } : media.meta,
    description: media.description,
    blurhash: media.blurhash,
  }
}
