// The page behind a set-up link: the owner's own password and address. Markup only.

import { MIN_PASSWORD_LENGTH } from "../accounts/password/password-strength.ts"
import { hidden } from "../oauth/authorize-pages.ts"
import { FORM_TOKEN_FIELD } from "../oauth/web-visitors.ts"
import { html } from "../web-pages/html.ts"
import type { PageContent } from "../web-pages/page.ts"

export interface SetupView {
  readonly formToken: string
  readonly token: string
  readonly username: string
  readonly email: string
  readonly problem?: string
}

export function setupPage(view: SetupView): PageContent {
  return {
    title: "Welcome",
    body: html`<div class="card">
      <h1>Welcome, @${view.username}</h1>
      <p>This server is yours. Choose how you will sign in; the password from the terminal ends with it.</p>
      ${view.problem !== undefined && html`<p class="problem" role="alert">${view.problem}</p>`}
      <form method="post" action="/setup">
        ${hidden(FORM_TOKEN_FIELD, view.formToken)}${hidden("token", view.token)}
        <div class="field">
          <label for="email">E-mail address</label>
          <input
            type="email"
            id="email"
            name="email"
            value="${view.email}"
            autocomplete="email"
            maxlength="250"
            required
          />
        </div>
        <div class="field">
          <label for="password">Password</label>
          <input
            type="password"
            id="password"
            name="password"
            autocomplete="new-password"
            maxlength="256"
            required
            aria-describedby="password-help"
          />
          <p class="small quiet" id="password-help">
            At least ${MIN_PASSWORD_LENGTH} characters: three or four words that have nothing to do with each
            other.
          </p>
        </div>
        <div class="actions"><button class="button" type="submit">Go on</button></div>
      </form>
    </div>`,
  }
}

export function setupEndedPage(): PageContent {
  return {
    title: "This link has ended",
    body: html`<div class="card">
      <h1>This link has ended</h1>
      <p>
        It works once, for a day, until the server has been set up. Sign in with your password; whoever runs
        the server can give you another one at its terminal.
      </p>
      <div class="actions"><a class="button" href="/auth/sign_in">Sign in</a></div>
    </div>`,
  }
}
