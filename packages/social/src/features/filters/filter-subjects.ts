// Posts as filters see them: rows, and those in memory, whose text is read out of their bytes only where somebody has filters.

import { textOfHtml } from "../../text/html-text.ts"
import type { CachedPost } from "../posts/cache/cached-post.ts"
import type { PostView } from "../posts/post-view.ts"
import type { FilterSubject } from "./filter-set.ts"

export function subjectOfView(post: PostView): FilterSubject {
  const shown = post.original ?? post
  return {
    id: post.id,
    originalId: post.repost_of_id,
    text: () =>
      searchedText({
        html: shown.html,
        spoilerText: shown.spoiler_text,
        pollOptions: shown.poll?.options ?? [],
        descriptions: shown.media.map((media) => media.description),
      }),
  }
}

/** Texts of posts in memory, for as long as these are there. */
const texts = new WeakMap<CachedPost, string>()

export function subjectOfCached(post: CachedPost): FilterSubject {
  return { id: post.id, originalId: post.repostOfId, text: () => cachedText(post.original ?? post) }
}

function cachedText(post: CachedPost): string {
  const known = texts.get(post)
  if (known !== undefined) return known
  // What cached-post.ts cut off: the account comes after it.
  const status = JSON.parse(`${post.bytes.toString()}null}`) as {
    content: string
    spoiler_text: string
    media_attachments: { description: string | null }[]
  }
  const text = searchedText({
    html: status.content,
    spoilerText: status.spoiler_text,
    pollOptions: post.poll?.options ?? [],
    descriptions: status.media_attachments.map((media) => media.description),
  })
  texts.set(post, text)
  return text
}

function searchedText(post: {
  html: string
  spoilerText: string
  pollOptions: readonly string[]
  descriptions: readonly (string | null)[]
}): string {
  return [post.spoilerText, textOfHtml(post.html), post.pollOptions.join("\n"), ...post.descriptions]
    .filter((part) => part !== null && part !== "")
    .join("\n\n")
}
