// The page for joining. Markup only.

import type { RegistrationProblems } from "../accounts/create-account.ts"
import { MAX_USERNAME } from "../accounts/create-account.ts"
import { MIN_PASSWORD_LENGTH } from "../accounts/password/password-strength.ts"
import { hidden } from "../oauth/authorize-pages.ts"
import { FORM_TOKEN_FIELD } from "../oauth/web-visitors.ts"
import { html } from "../web-pages/html.ts"
import type { Html } from "../web-pages/html.ts"
import type { PageContent } from "../web-pages/page.ts"

export interface SignUpView {
  readonly formToken: string
  readonly next: string
  readonly domain: string
  readonly rules: readonly string[]
  /** What was typed, after a failure. */
  readonly username?: string
  readonly email?: string
  readonly reason?: string
  /** Of an invite that lets the visitor in; empty for none. */
  readonly inviteCode: string
  /** Whether the staff wants to know why. */
  readonly asksReason: "must" | "may" | "no"
  readonly problems?: RegistrationProblems
}

export function signUpPage(view: SignUpView): PageContent {
  const { problems = {}, rules } = view
  const signIn = `/auth/sign_in?${new URLSearchParams({ next: view.next }).toString()}`
  return {
    title: "Create an account",
    body: html`<div class="card">
        <h1>Create an account</h1>
        <p class="quiet">You will be @name@${view.domain}.</p>
        <form method="post" action="/auth/sign_up">
          ${hidden(FORM_TOKEN_FIELD, view.formToken)}${hidden("next", view.next)}
          ${view.inviteCode !== "" && hidden("invite_code", view.inviteCode)}
          ${problemText(problems.invite_code, "The invite")}
          ${input({ name: "username", type: "text", label: "User name", value: view.username, autocomplete: "username", maxLength: MAX_USERNAME, help: "Letters, numbers and underscores. It cannot be changed later.", problem: problems.username })}
          ${input({ name: "email", type: "email", label: "E-mail address", value: view.email, autocomplete: "email", maxLength: 250, help: "Only the operators of this server see it.", problem: problems.email })}
          ${input({ name: "password", type: "password", label: "Password", autocomplete: "new-password", maxLength: 256, help: `At least ${MIN_PASSWORD_LENGTH} characters, and hard to guess: three or four words that have nothing to do with each other are better than tricks with digits and signs.`, problem: problems.password })}
          ${view.asksReason !== "no" && reasonField(view)}
          ${
            rules.length > 0 &&
            html`<h2>Rules</h2>
              <ol class="steps">
                ${rules.map((rule) => html`<li>${rule}</li>`)}
              </ol>`
          }
          <div class="field check">
            <input
              type="checkbox"
              id="agreement"
              name="agreement"
              value="true"
              required
              aria-invalid="${problems.agreement ? "true" : "false"}"
            />
            <label for="agreement"
              >${rules.length > 0 ? "I will keep these rules" : "I will treat others well here"}</label
            >
          </div>
          ${problemText(problems.agreement, "This")}
          <div class="actions"><button class="button" type="submit">Create account</button></div>
        </form>
      </div>
      <p class="small quiet below">Already a member? <a href="${signIn}">Sign in</a></p>`,
  }
}

function reasonField({ asksReason, reason, problems = {} }: SignUpView): Html {
  return html`<div class="field">
    <label for="reason">Why would you like to join?${asksReason === "may" && " (optional)"}</label>
    <textarea
      id="reason"
      name="reason"
      rows="3"
      maxlength="1000"
      ${asksReason === "must" && html`required`}
      aria-describedby="reason-help"
      aria-invalid="${problems.reason ? "true" : "false"}"
    >
${reason ?? ""}</textarea>
    ${problemText(problems.reason, "The reason")}
    <p class="small quiet" id="reason-help">The staff reads it and decides.</p>
  </div>`
}

/** After joining where the staff decides. */
export function waitingPage(username: string): PageContent {
  return {
    title: "Nearly there",
    body: html`<div class="card">
      <h1>Nearly there, @${username}</h1>
      <p>The staff of this server reads your request. You can sign in as soon as they have let you in.</p>
      <div class="actions"><a class="button" href="/">To the front page</a></div>
    </div>`,
  }
}

/** `hadOne`: the visitor came with an invite that lets nobody in. */
export function inviteNeededPage(hadOne: boolean): PageContent {
  return {
    title: "By invitation",
    body: html`<div class="card">
      <h1>${hadOne ? "This invite has ended" : "By invitation"}</h1>
      <p>
        ${
          hadOne
            ? "It was used up, revoked, or its time is over. Ask whoever sent it for a new one."
            : "New members come here by invitation. Ask a member for one, and open its link."
        }
      </p>
      <div class="actions"><a class="button" href="/auth/sign_in">Sign in</a></div>
    </div>`,
  }
}

export function closedPage(): PageContent {
  return {
    title: "Not open",
    body: html`<div class="card">
      <h1>Not open for new members</h1>
      <p>
        This server does not take new members at the moment. If you already have an account, you can sign in.
      </p>
      <div class="actions"><a class="button" href="/auth/sign_in">Sign in</a></div>
    </div>`,
  }
}

interface InputView {
  readonly name: string
  readonly type: "text" | "email" | "password"
  readonly label: string
  readonly value?: string | undefined
  readonly autocomplete: string
  readonly maxLength: number
  readonly help: string
  readonly problem: RegistrationProblems[string] | undefined
}

function input(view: InputView): Html {
  return html`<div class="field">
    <label for="${view.name}">${view.label}</label>
    <input
      type="${view.type}"
      id="${view.name}"
      name="${view.name}"
      value="${view.value ?? ""}"
      autocomplete="${view.autocomplete}"
      autocapitalize="none"
      spellcheck="false"
      maxlength="${view.maxLength}"
      required
      aria-describedby="${view.name}-help"
      aria-invalid="${view.problem ? "true" : "false"}"
    />
    ${problemText(view.problem, view.label)}
    <p class="small quiet" id="${view.name}-help">${view.help}</p>
  </div>`
}

function problemText(problems: RegistrationProblems[string] | undefined, label: string): Html | undefined {
  if (!problems) return undefined
  return html`<p class="problem" role="alert">
    ${problems.map(({ description }) => `${label} ${description}`).join(". ")}
  </p>`
}
