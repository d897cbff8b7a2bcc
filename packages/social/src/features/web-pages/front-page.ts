// The front page and the page about the community. Markup only.

import type { Urls } from "../../http/urls.ts"
import { takesNewcomers } from "../community/community-settings.ts"
import type { CommunitySettings } from "../community/community-settings.ts"
import type { UsageCounts } from "../instance/usage-counts.ts"
import { aviaryVersion } from "../instance/version.ts"
import { hidden } from "../oauth/authorize-pages.ts"
import type { Visitor } from "../oauth/web-visitors.ts"
import { FORM_TOKEN_FIELD } from "../oauth/web-visitors.ts"
import { html } from "./html.ts"
import type { Html } from "./html.ts"
import type { PageContent } from "./page.ts"
import { counted } from "./post-view-html.ts"
import { openGraph } from "./profile-page.ts"

export interface FrontView {
  readonly community: CommunitySettings
  readonly urls: Urls
  readonly usage: UsageCounts
  /** Undefined for somebody who is not signed in. */
  readonly visitor: Visitor | undefined
}

export function frontPage({ community, urls, usage, visitor }: FrontView): PageContent {
  const { title, description } = community
  return {
    title,
    head: openGraph({
      title,
      summary: description,
      url: `${urls.base}/`,
      image: community.banner === null ? urls.defaultHeader : urls.media(community.banner),
      type: "website",
    }),
    body: html`<h1>${title}</h1>
      <p>${description}</p>
      <ul class="figures">
        <li>${counted(usage.members, "member", "members")}</li>
        <li>${counted(usage.posts, "post", "posts")}</li>
      </ul>
      ${visitor ? signedIn(visitor, urls) : entrance(community)}
      <h2>Use it from an app</h2>
      <ol class="steps">
        <li>Get an app for Mastodon, such as Phanpy or Elk in the browser, Ice Cubes or Tusky on a phone.</li>
        <li>When it asks for your server, enter <code>${urls.domain}</code></li>
        <li>Sign in with your name and password on the page that opens.</li>
      </ol>
      <p class="small quiet"><a href="/about">About this server</a></p>`,
  }
}

function entrance(community: CommunitySettings): Html {
  const open = takesNewcomers(community.registrations)
  return html`<div class="actions">
    ${open && html`<a class="button" href="/auth/sign_up">Create an account</a>`}
    <a class="button${open && " plain"}" href="/auth/sign_in">Sign in</a>
  </div>`
}

function signedIn({ account, formToken }: Visitor, urls: Urls): Html | undefined {
  if (!account) return undefined
  return html`<div class="card">
    <div class="who">
      <img
        class="avatar"
        src="${account.avatar ? urls.media(account.avatar) : urls.defaultAvatar}"
        alt=""
        width="44"
        height="44"
      />
      <div>
        <strong><bdi>${account.displayName || account.username}</bdi></strong
        ><span class="quiet">You are signed in</span>
      </div>
    </div>
    <form method="post" action="/auth/sign_out">
      ${hidden(FORM_TOKEN_FIELD, formToken)}
      <div class="actions">
        <a class="button" href="${urls.account(account.username)}">See your profile</a>
        <button class="button plain" type="submit">Sign out</button>
      </div>
    </form>
  </div>`
}

export function aboutPage({ community }: Pick<FrontView, "community">): PageContent {
  const { title, description, rules, contactEmail } = community
  return {
    title: "About",
    body: html`<h1>About ${title}</h1>
      <p>${description}</p>
      ${
        rules.length > 0 &&
        html`<h2>Rules</h2>
          <ol class="steps">
            ${rules.map((rule) => html`<li>${rule}</li>`)}
          </ol>`
      }
      ${
        contactEmail !== "" &&
        html`<h2>Contact</h2>
          <p><a href="mailto:${contactEmail}">${contactEmail}</a></p>`
      }
      <h2>Software</h2>
      <p>
        This server runs Aviary ${aviaryVersion}. It speaks the Mastodon client API, so apps for Mastodon work
        with it.
      </p>`,
  }
}
