// The page that asks for the second factor, after the password. Markup only.

import { hidden } from "../oauth/authorize-pages.ts"
import { FORM_TOKEN_FIELD } from "../oauth/web-visitors.ts"
import { html } from "../web-pages/html.ts"
import type { PageContent } from "../web-pages/page.ts"

export interface SecondFactorView {
  readonly formToken: string
  /** Where to go afterwards: a path of this site. */
  readonly next: string
  /** Of the sign-in that waits. */
  readonly pending: string
  readonly problem?: string
}

export function secondFactorPage(view: SecondFactorView): PageContent {
  return {
    title: "Second step",
    body: html`<div class="card">
        <h1>One more step</h1>
        <p>Enter the six digits that your authenticator app shows for this server, or a recovery code.</p>
        ${view.problem !== undefined && html`<p class="problem" role="alert">${view.problem}</p>`}
        <form method="post" action="/auth/second_factor">
          ${hidden(FORM_TOKEN_FIELD, view.formToken)}${hidden("next", view.next)}
          ${hidden("pending", view.pending)}
          <div class="field">
            <label for="code">Code</label>
            <input
              type="text"
              id="code"
              name="code"
              autocomplete="one-time-code"
              autocapitalize="none"
              spellcheck="false"
              maxlength="40"
              required
              autofocus
            />
          </div>
          <div class="actions"><button class="button" type="submit">Sign in</button></div>
        </form>
      </div>
      <p class="small quiet below">
        Lost both? The operator of this server can turn the second step off for you.
      </p>`,
  }
}
