/**
 * Signs a member in as a browser would: opens an OAuth authorisation page, fills in the forms, and reads the code that
 * is shown at the end ("out of band"). It knows nothing of the page but HTML: a form with a password is the sign-in,
 * any other is the question whether the app may.
 *
 * The code is looked for in the address of the last page (`?code=`), then in `<code>`, then in an input called `code`.
 */
import type { ClientEnv } from "./client-env.ts"
import { attribute, readForms } from "./html-forms.ts"
import type { HtmlForm, HtmlInput } from "./html-forms.ts"

/** Forms and redirects that are followed before it counts as going round in circles. */
const longestWay = 15

interface Page {
  readonly url: string
  readonly html: string
  /** Where the page sends the browser, when it does. */
  readonly location: string | undefined
}

export async function obtainCode(authorizeUrl: string, user: ClientEnv["user"]): Promise<string> {
  const visit = createVisitor()
  let page = await visit(authorizeUrl)
  for (let turn = 0; turn < longestWay; turn += 1) {
    const code = codeIn(page)
    if (code !== undefined) return code
    if (page.location !== undefined) {
      page = await visit(page.location)
      continue
    }
    const form = chooseForm(readForms(page.html, page.url))
    if (form === undefined) throw new Error(`no form and no code on ${page.url}: ${page.html.slice(0, 300)}`)
    page = await visit(form.action, { method: form.method, fields: fillIn(form, user) })
  }
  throw new Error(`still no code after ${longestWay} pages, now at ${page.url}`)
}

/** A browser's memory is its cookies. */
function createVisitor() {
  const cookies = new Map<string, string>()
  return async function visit(
    url: string,
    submit?: { readonly method: string; readonly fields: URLSearchParams },
  ): Promise<Page> {
    const posting = submit?.method === "POST"
    const address = new URL(url)
    if (submit !== undefined && !posting) address.search = submit.fields.toString()
    const response = await fetch(address, {
      method: posting ? "POST" : "GET",
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
      headers: {
        accept: "text/html",
        origin: address.origin,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      ...(posting ? { body: submit.fields } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^\s*([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (name !== undefined && value !== undefined) cookies.set(name, value)
    }
    const html = await response.text()
    if (response.status >= 400)
      throw new Error(`${address.href} answered ${response.status}: ${html.slice(0, 300)}`)
    const location = response.headers.get("location")
    return {
      url: address.href,
      html,
      location: location === null ? undefined : new URL(location, address).href,
    }
  }
}

function codeIn({ url, html, location }: Page): string | undefined {
  const inAddress = new URL(location ?? url).searchParams.get("code")
  if (inAddress !== null) return inAddress
  const shown = /<code\b[^>]*>\s*([^<\s]+)\s*<\/code>/i.exec(html)?.[1]
  if (shown !== undefined) return shown
  const inputs = [...html.matchAll(/<input\b([^>]*)>/gi)].map(([, own = ""]) => own)
  const field = inputs.find((own) => attribute(own, "name") === "code" || attribute(own, "id") === "code")
  const value = field === undefined ? undefined : attribute(field, "value")
  return value === "" ? undefined : value
}

function chooseForm(forms: readonly HtmlForm[]): HtmlForm | undefined {
  const signIn = forms.find(({ inputs }) => inputs.some(({ type }) => type === "password"))
  if (signIn !== undefined) return signIn
  const posting = forms.filter(({ method }) => method === "POST")
  return posting.find((form) => !isRefusal(form)) ?? posting[0]
}

function isRefusal({ action, inputs }: HtmlForm): boolean {
  const refusing = (text: string) => /deny|cancel|refuse|reject|logout|sign.?out|delete/i.test(text)
  return refusing(action) || inputs.some(({ name, value }) => name === "_method" && refusing(value))
}

function fillIn({ inputs }: HtmlForm, user: ClientEnv["user"]): URLSearchParams {
  const fields = new URLSearchParams()
  const buttons = inputs.filter(({ type }) => type === "submit")
  const press = buttons.find(({ name, value }) => !/deny|cancel|refuse|reject/i.test(`${name} ${value}`))
  for (const input of inputs) {
    if (input.name === "" || (input.type === "submit" && input !== press)) continue
    if (input.type === "checkbox") continue
    fields.append(input.name, valueFor(input, user))
  }
  return fields
}

function valueFor({ name, type, value }: HtmlInput, user: ClientEnv["user"]): string {
  if (type === "password") return user.password
  if (type === "email" || (type === "text" && /mail|login|user|identifier/i.test(name))) return user.email
  return value
}
