// HTML as tagged templates: every value is escaped unless it is HTML already. Pure. The only way in which pages are put
// together; nothing else may join strings into markup.

import { escapeHtml } from "../../text/escape-html.ts"

/** Markup that is safe to send. Made by `html`, or by `trustedHtml` from what is markup of ours already. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type HtmlValue = string | number | Html | readonly HtmlValue[] | undefined | null | false

/** A template whose values are escaped. Lists are joined; undefined, null and false are nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((text, index) => text + render(values[index])).join(""))
}

/** Markup that was rendered and escaped elsewhere: a post's content. Never for anything that a member typed. */
export function trustedHtml(markup: string): Html {
  return new Html(markup)
}

function render(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return ""
  if (value instanceof Html) return value.markup
  if (typeof value === "string") return escapeHtml(value)
  if (typeof value === "number") return String(value)
  return value.map(render).join("")
}
