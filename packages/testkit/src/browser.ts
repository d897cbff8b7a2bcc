/**
 * A browser without scripts, for tests of pages: it keeps cookies, and fills in forms as they are on the page. It follows no
 * redirect by itself, so that a test sees where each leads.
 */
import { readForms } from "./clients/html-forms.ts"
import type { HtmlForm } from "./clients/html-forms.ts"
import { findOperation } from "./contract/find-operation.ts"
import { holdToContract } from "./contract/hold-to-contract.ts"

export interface BrowserPage {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where the answer sends the browser, as it stands there. */
  readonly location: string | null
  readonly forms: readonly HtmlForm[]
}

export interface Browser {
  readonly cookies: Map<string, string>
  /** A path or an address of the server. */
  open(address: string): Promise<BrowserPage>
  /** Posts fields, as a page of anywhere could. */
  post(address: string, fields: Readonly<Record<string, string>>): Promise<BrowserPage>
  /** Sends the page's form that has `action`, with its own values but for those given. */
  submit(page: BrowserPage, action: string, fields: Readonly<Record<string, string>>): Promise<BrowserPage>
}

/** A browser that knows nothing yet. */
export function createBrowser(baseUrl: string): Browser {
  const cookies = new Map<string, string>()

  async function visit(address: string, body?: URLSearchParams): Promise<BrowserPage> {
    const url = new URL(address, baseUrl).href
    const method = body ? "POST" : "GET"
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        accept: "text/html",
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      },
      ...(body ? { body } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === "") cookies.delete(name)
      else cookies.set(name, value)
    }
    const html = await response.text()
    const { status, headers } = response
    if (response.ok && findOperation(method, url)) holdToContract({ method, path: url, status, body: html })
    return { url, status, headers, html, location: headers.get("location"), forms: readForms(html, url) }
  }

  const post: Browser["post"] = (address, fields) => visit(address, new URLSearchParams(fields))
  return {
    cookies,
    open: (address) => visit(address),
    post,
    submit(page, action, fields) {
      const form = page.forms.find((one) => new URL(one.action).pathname === action)
      if (!form) throw new Error(`no form to ${action} on ${page.url}: ${page.html.slice(0, 500)}`)
      const own = form.inputs.filter(
        ({ type, name }) => type !== "submit" && type !== "checkbox" && name !== "",
      )
      return post(form.action, {
        ...Object.fromEntries(own.map(({ name, value }) => [name, value])),
        ...fields,
      })
    },
  }
}
