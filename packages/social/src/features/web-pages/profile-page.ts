// The public pages of a member, a post and a hashtag. Markup only.

import type { Urls } from "../../http/urls.ts"
import { accountJson } from "../accounts/account-json.ts"
import type { AccountRow } from "../accounts/account-json.ts"
import type { PostView } from "../posts/post-view.ts"
import { html, trustedHtml } from "./html.ts"
import type { Html } from "./html.ts"
import type { PageContent } from "./page.ts"
import type { PostContext } from "./post-view-html.ts"
import { counted, nameOf, postHtml } from "./post-view-html.ts"

/** Posts of a list page, and where it goes on. */
export interface PostsView {
  readonly posts: readonly PostView[]
  readonly olderUrl: string | undefined
}

const SUMMARY_LENGTH = 200

export function profilePage(account: AccountRow, list: PostsView, context: PostContext): PageContent {
  const { urls } = context
  const json = accountJson(account, context)
  const name = nameOf(account)
  return {
    title: `${name} (@${account.username}@${urls.domain})`,
    width: "wide",
    head: html`${openGraph({ title: name, summary: account.note, url: json.url, image: json.avatar, type: "profile" })}
    ${!account.indexable && html`<meta name="robots" content="noindex" />`}`,
    body: html`<img
        class="cover"
        src="${json.header}"
        alt="${json.header_description}"
        width="1500"
        height="500"
      />
      <img class="portrait" src="${json.avatar}" alt="${json.avatar_description}" width="96" height="96" />
      <h1><bdi>${name}</bdi></h1>
      <p class="quiet">@${account.username}@${urls.domain}${account.bot && " · automated"}</p>
      <div class="content" dir="auto">${trustedHtml(json.note)}</div>
      ${
        json.fields.length > 0 &&
        html`<dl class="facts">
          ${json.fields.map(
            (field) =>
              html`<div>
                <dt dir="auto">${field.name}</dt>
                <dd dir="auto">${trustedHtml(field.value)}</dd>
              </div>`,
          )}
        </dl>`
      }
      <ul class="figures">
        <li>${figure(json.statuses_count, "post", "posts")}</li>
        <li>${figure(json.following_count, "following", "following")}</li>
        <li>${figure(json.followers_count, "follower", "followers")}</li>
      </ul>
      ${postList(list, context, `${name} has not posted anything for everyone to see.`)}`,
  }
}

export function postPage(post: PostView, replies: readonly PostView[], context: PostContext): PageContent {
  const { urls } = context
  const name = nameOf(post.author)
  const hidden = post.spoiler_text !== ""
  const picture = post.sensitive || hidden ? undefined : post.media[0]
  const summary = hidden ? post.spoiler_text : post.text
  return {
    title: `${name}: ${shortened(summary, 60)}`,
    width: "wide",
    head: html`${openGraph({
      title: `${name} (@${post.author.username}@${urls.domain})`,
      summary,
      url: urls.post(post.author.username, post.id),
      image: picture ? urls.media(picture.files.small) : avatarOf(post, urls),
      type: "article",
    })}
    ${!post.author.indexable && html`<meta name="robots" content="noindex" />`}`,
    body: html`${postHtml(post, context, { main: true })}
    ${
      replies.length > 0 &&
      html`<h2>Replies</h2>
        ${postList({ posts: replies, olderUrl: undefined }, context, "")}`
    }`,
  }
}

export function tagPage(name: string, list: PostsView, context: PostContext): PageContent {
  return {
    title: `#${name}`,
    width: "wide",
    head: openGraph({
      title: `#${name}`,
      summary: `Posts with #${name} on ${context.urls.domain}`,
      url: context.urls.tag(name),
      image: context.urls.defaultHeader,
      type: "website",
    }),
    body: html`<h1>#${name}</h1>
      ${postList(list, context, "No post with this hashtag is for everyone to see.")}`,
  }
}

function postList({ posts, olderUrl }: PostsView, context: PostContext, empty: string): Html {
  if (posts.length === 0) return html`<p class="quiet">${empty}</p>`
  return html`<ul class="posts">
      ${posts.map((post) => html`<li>${postHtml(post, context)}</li>`)}
    </ul>
    ${olderUrl !== undefined && html`<div class="actions"><a class="button plain" href="${olderUrl}" rel="next">Older posts</a></div>`}`
}

function figure(count: number, one: string, many: string): Html {
  const [number, word] = counted(count, one, many).split(" ")
  return html`<strong>${number}</strong> ${word}`
}

function avatarOf(post: PostView, urls: Urls): string {
  return post.author.avatar ? urls.media(post.author.avatar) : urls.defaultAvatar
}

interface OpenGraph {
  readonly title: string
  readonly summary: string
  readonly url: string
  readonly image: string
  readonly type: string
}

/** https://ogp.me */
export function openGraph({ title, summary, url, image, type }: OpenGraph): Html {
  const short = shortened(summary, SUMMARY_LENGTH)
  return html`<link rel="canonical" href="${url}" />
    <meta name="description" content="${short}" />
    <meta property="og:type" content="${type}" />
    <meta property="og:title" content="${title}" />
    <meta property="og:description" content="${short}" />
    <meta property="og:url" content="${url}" />
    <meta property="og:image" content="${image}" />`
}

/** The text on one line, cut between characters as a reader sees them. */
function shortened(text: string, length: number): string {
  const characters = [...new Intl.Segmenter().segment(text.replace(/\s+/g, " ").trim())]
  if (characters.length <= length) return characters.map(({ segment }) => segment).join("")
  return `${characters
    .slice(0, length - 1)
    .map(({ segment }) => segment)
    .join("")
    .trimEnd()}…`
}
