// A post on a public page. Markup only; whoever calls has checked that everybody may see the post.

import type { Urls } from "../../http/urls.ts"
import type { EmojiIndex } from "../emojis/emoji-index.ts"
import type { MediaView } from "../media/media-json.ts"
import type { PollView } from "../polls/poll-json.ts"
import { pollJson } from "../polls/poll-json.ts"
import type { PostView } from "../posts/post-view.ts"
import { html, trustedHtml } from "./html.ts"
import type { Html } from "./html.ts"

export interface PostContext {
  readonly urls: Urls
  readonly emojis: EmojiIndex
  /** Milliseconds since 1970. */
  readonly now: number
}

/** `main` is the post that a page is about: larger, with the exact time. */
export function postHtml(post: PostView, context: PostContext, options: { main?: boolean } = {}): Html {
  const { urls } = context
  const shown = post.original ?? post
  const { author } = shown
  const profile = urls.account(author.username)
  const body = html`<div
      class="content"
      ${shown.language !== null && html`lang="${shown.language}"`}
      dir="auto"
    >
      ${trustedHtml(shown.html)}
    </div>
    ${shown.poll && poll(shown.poll, context)}`
  return html`<article class="post${options.main && " main"}">
    ${post.original && html`<p class="note">Reposted by ${nameOf(post.author)}</p>`}
    ${shown.reply_to_id !== null && html`<p class="note">A reply</p>`}
    <div class="who">
      <a href="${profile}" tabindex="-1" aria-hidden="true"
        ><img
          class="avatar"
          src="${author.avatar ? urls.media(author.avatar) : urls.defaultAvatar}"
          alt=""
          width="44"
          height="44"
          loading="lazy"
      /></a>
      <div>
        <a href="${profile}"
          ><strong><bdi>${nameOf(author)}</bdi></strong
          ><span class="quiet">@${author.username}@${urls.domain}</span></a
        >
      </div>
    </div>
    ${
      shown.spoiler_text === ""
        ? body
        : html`<details class="warning">
            <summary dir="auto">${shown.spoiler_text}</summary>
            ${body}
          </details>`
    }
    ${media(shown, urls)}
    <p class="meta">
      <a href="${urls.post(author.username, shown.id)}">${time(shown.created_at, options.main ?? false)}</a>
      ${shown.edited_at && html`<span>Edited ${time(shown.edited_at, options.main ?? false)}</span>`}
      ${shown.replies_count > 0 && html`<span>${counted(shown.replies_count, "reply", "replies")}</span>`}
      ${shown.reposts_count > 0 && html`<span>${counted(shown.reposts_count, "repost", "reposts")}</span>`}
      ${shown.likes_count > 0 && html`<span>${counted(shown.likes_count, "like", "likes")}</span>`}
    </p>
  </article>`
}

export function nameOf(author: { readonly display_name: string; readonly username: string }): string {
  return author.display_name || author.username
}

const numbers = new Intl.NumberFormat("en")
const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" })
const exactTimes = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" })

/** `1,234 posts`, `1 post`. */
export function counted(count: number, one: string, many: string): string {
  return `${numbers.format(count)} ${count === 1 ? one : many}`
}

function time(at: Date, exact: boolean): Html {
  const full = `${exactTimes.format(at)} UTC`
  return html`<time datetime="${at.toISOString()}" title="${full}">${exact ? full : dates.format(at)}</time>`
}

function media(post: PostView, urls: Urls): Html | undefined {
  if (post.media.length === 0) return undefined
  const pictures = html`<div class="media">${post.media.map((one) => picture(one, urls))}</div>`
  if (!post.sensitive) return pictures
  return html`<details class="warning">
    <summary>${counted(post.media.length, "picture", "pictures")}, marked as sensitive</summary>
    ${pictures}
  </details>`
}

function picture(one: MediaView, urls: Urls): Html {
  const small = one.meta.small as { width?: number; height?: number } | undefined
  const size =
    small?.width && small.height ? html`width="${small.width}" height="${small.height}"` : undefined
  const image = html`<img
    src="${urls.media(one.files.small)}"
    alt="${one.description ?? ""}"
    ${size}
    loading="lazy"
  />`
  return one.ready ? html`<a href="${urls.media(one.files.original)}">${image}</a>` : image
}

function poll(view: PollView, context: PostContext): Html {
  const { options, expired } = pollJson(view, { ...context, viewerId: undefined })
  return html`<ul class="choices">
      ${options.map(
        ({ title, votes_count }) =>
          html`<li>
            <span dir="auto">${title}</span
            >${votes_count !== null && html`<span class="quiet">${votes_count}</span>`}
          </li>`,
      )}
    </ul>
    <p class="note">${expired === true ? "The poll has ended" : "Vote in your app"}</p>`
}
