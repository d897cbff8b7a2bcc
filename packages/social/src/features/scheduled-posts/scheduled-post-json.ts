// A scheduled post as Mastodon's ScheduledStatus. Pure.

import type { Urls } from "../../http/urls.ts"
import { mediaJson } from "../media/media-json.ts"
import type { ScheduledPost } from "./scheduled-post.ts"

export function scheduledPostJson(post: ScheduledPost, urls: Urls): object {
  const { params } = post
  return {
    id: String(post.id),
    scheduled_at: post.scheduled_at.toISOString(),
    params: {
      text: params.text,
      spoiler_text: params.spoiler_text,
      visibility: params.visibility,
      sensitive: params.sensitive,
      language: params.language,
      in_reply_to_id: params.reply_to_id === null ? null : String(params.reply_to_id),
      media_ids: post.media_ids.length > 0 ? post.media_ids.map(String) : null,
      poll: params.poll,
      application_id: String(params.application_id),
      scheduled_at: null,
      idempotency: null,
      with_rate_limit: false,
    },
    media_attachments: post.media.map((media) => mediaJson(media, urls)),
  }
}
