// The pages of signing an app in: the question, the code to copy, and what went wrong. Markup only.

import type { Urls } from "../../http/urls.ts"
import { html } from "../web-pages/html.ts"
import type { Html } from "../web-pages/html.ts"
import type { PageContent } from "../web-pages/page.ts"
import type { App } from "./app-store.ts"
import type { AuthorizationParams } from "./authorization-request.ts"
import { AUTHORIZATION_FIELDS } from "./authorization-request.ts"
import { scopeSentences } from "./scope-words.ts"
import type { SessionAccount } from "./web-sessions.ts"
import { FORM_TOKEN_FIELD } from "./web-visitors.ts"

export interface ConsentView {
  readonly app: App
  readonly account: SessionAccount
  readonly scopes: readonly string[]
  /** What the form sends back, so that the decision is about what was shown. */
  readonly params: AuthorizationParams
  readonly formToken: string
  /** This page, for coming back after another sign-in. */
  readonly here: string
  readonly urls: Urls
}

export function consentPage(view: ConsentView): PageContent {
  const { app, account, scopes, params, formToken, here, urls } = view
  return {
    title: `Connect ${app.name}`,
    body: html`<div class="card">
        <h1>Connect ${app.name} to your account?</h1>
        <p class="quiet">${website(app)}</p>
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
            ><span class="quiet">@${account.username}@${urls.domain}</span>
          </div>
        </div>
        <h2>It will be able to</h2>
        <ul class="scopes">
          ${scopeSentences(scopes).map((text) => html`<li>${text}</li>`)}
        </ul>
        <p class="small quiet">
          It never learns your password. You can disconnect it whenever you like, by signing out in the app.
        </p>
        <form method="post" action="/oauth/authorize">
          ${hidden(FORM_TOKEN_FIELD, formToken)}
          ${AUTHORIZATION_FIELDS.map((name) => params[name] !== undefined && hidden(name, params[name]))}
          <div class="actions">
            <button class="button" type="submit" name="decision" value="approve">Connect</button>
            <button class="button plain" type="submit" name="decision" value="deny">Cancel</button>
          </div>
        </form>
      </div>
      <form class="small quiet below" method="post" action="/auth/sign_out">
        ${hidden(FORM_TOKEN_FIELD, formToken)}${hidden("next", here)} Not you?
        <button class="link-button" type="submit">Use another account</button>
      </form>`,
  }
}

function website(app: App): Html | string {
  if (app.website === null) return "The app gives no website."
  return html`<a href="${app.website}" rel="noopener noreferrer nofollow">${new URL(app.website).host}</a>`
}

/** Shown in place of a way back to the app; clients' users copy the code from here. */
export function codePage(app: App, code: string): PageContent {
  return {
    title: "Your code",
    body: html`<div class="card">
      <h1>Copy this code</h1>
      <p>Paste it into ${app.name} to finish. It works once, for ten minutes; show it to nobody.</p>
      <code class="code" tabindex="0">${code}</code>
      <p class="small quiet">You can close this page afterwards.</p>
    </div>`,
  }
}

/** What went wrong where no app can be told. */
export function messagePage(title: string, text: string): PageContent {
  return {
    title,
    body: html`<div class="card">
      <h1>${title}</h1>
      <p>${text}.</p>
    </div>`,
  }
}

export function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}" />`
}
