/** Reads the forms of a plain page, as a browser without scripts sees them. For well-formed pages of our own only. */

export interface HtmlForm {
  /** Absolute. */
  readonly action: string
  readonly method: string
  readonly inputs: readonly HtmlInput[]
}

export interface HtmlInput {
  readonly name: string
  /** Of an input or a button, in lower case; `text` when it says none. */
  readonly type: string
  readonly value: string
}

export function readForms(html: string, pageUrl: string): readonly HtmlForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(
    ([, attributes = "", inside = ""]) => ({
      action: new URL(attribute(attributes, "action") ?? pageUrl, pageUrl).href,
      method: (attribute(attributes, "method") ?? "get").toUpperCase(),
      inputs: [...inside.matchAll(/<(input|button)\b([^>]*)>/gi)].map(([, tag = "", own = ""]) => ({
        name: attribute(own, "name") ?? "",
        type: (attribute(own, "type") ?? (tag.toLowerCase() === "button" ? "submit" : "text")).toLowerCase(),
        value: attribute(own, "value") ?? "",
      })),
    }),
  )
}

/** Value of an attribute in the inside of a tag; undefined when it is not there. */
export function attribute(tag: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(tag)
  const value = match?.[1] ?? match?.[2] ?? match?.[3]
  return value === undefined ? undefined : unescapeHtml(value)
}

function unescapeHtml(text: string): string {
  const names: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }
  return text.replace(
    /&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi,
    (whole, decimal?: string, hex?: string, name?: string) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
      return names[name ?? ""] ?? whole
    },
  )
}
