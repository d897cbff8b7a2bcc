// The page that asks for name and password. Markup only.

import { html } from "../web-pages/html.ts"
import type { PageContent } from "../web-pages/page.ts"
import { hidden } from "./authorize-pages.ts"
import { FORM_TOKEN_FIELD } from "./web-visitors.ts"

export interface SignInView {
  readonly formToken: string
  /** Where to go afterwards: a path of this site. */
  readonly next: string
  /** The app that waits for the sign-in, when there is one. */
  readonly appName?: string | undefined
  readonly registrationsOpen: boolean
  /** What was typed, after a failure. */
  readonly login?: string
  readonly problem?: string
}

export function signInPage(view: SignInView): PageContent {
  const signUp = `/auth/sign_up?${new URLSearchParams({ next: view.next }).toString()}`
  return {
    title: "Sign in",
    body: html`<div class="card">
        <h1>Sign in</h1>
        ${view.appName !== undefined && html`<p class="quiet">to continue to ${view.appName}</p>`}
        ${view.problem !== undefined && html`<p class="problem" role="alert">${view.problem}</p>`}
        <form method="post" action="/auth/sign_in">
          ${hidden(FORM_TOKEN_FIELD, view.formToken)}${hidden("next", view.next)}
          <div class="field">
            <label for="login">User name or e-mail address</label>
            <input
              type="text"
              id="login"
              name="login"
              value="${view.login ?? ""}"
              autocomplete="username"
              autocapitalize="none"
              spellcheck="false"
              maxlength="300"
              required
            />
          </div>
          <div class="field">
            <label for="password">Password</label>
            <input
              type="password"
              id="password"
              name="password"
              autocomplete="current-password"
              maxlength="256"
              required
            />
          </div>
          <div class="actions"><button class="button" type="submit">Sign in</button></div>
        </form>
      </div>
      ${view.registrationsOpen && html`<p class="small quiet below">New here? <a href="${signUp}">Create an account</a></p>`}`,
  }
}
