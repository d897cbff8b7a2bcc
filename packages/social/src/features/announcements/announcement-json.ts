// An announcement as Mastodon's Announcement, and a reaction to it. Pure.

import { bioHtml } from "../../text/plain-html.ts"
import type { PresentDeps } from "../accounts/account-json.ts"
import type { EmojiIndex } from "../emojis/emoji-index.ts"
import type { AnnouncementView } from "./announcements.ts"

/** `viewerId` 0 is nobody: what depends on who looks is then left out. */
export function announcementJson(
  view: AnnouncementView,
  { urls, emojis, viewerId }: PresentDeps & { viewerId: number },
): object {
  const resolvers = { mention: () => undefined, tagUrl: (name: string) => urls.tag(name) }
  return {
    id: String(view.id),
    content: bioHtml(view.text, resolvers),
    starts_at: view.starts_at?.toISOString() ?? null,
    ends_at: view.ends_at?.toISOString() ?? null,
    all_day: view.all_day,
    published_at: view.published_at.toISOString(),
    updated_at: view.published_at.toISOString(),
    ...(viewerId === 0 ? {} : { read: view.read }),
    mentions: [],
    statuses: [],
    tags: [],
    emojis: emojis.in(view.text),
    reactions: view.reactions.map(({ me, ...reaction }) => ({
      ...reactionJson(reaction, emojis),
      ...(viewerId === 0 ? {} : { me }),
    })),
  }
}

export function reactionJson(reaction: { name: string; count: number }, emojis: EmojiIndex): object {
  const custom = emojis.all().find((emoji) => emoji.shortcode === reaction.name)
  const { name, count } = reaction
  return { name, count, ...(custom ? { url: custom.url, static_url: custom.static_url } : {}) }
}
