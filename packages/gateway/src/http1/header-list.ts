// Header fields as one flat list: name, value, name, value. Names are lower case. A list is cheaper to make, search and
// write than an object, and keeps order and repetition, which signatures and cookies need.

export type HeaderList = string[]

/** The value of a field, repeated ones joined by `, ` (`; ` for cookies, RFC 9113 8.2.3); undefined when it is missing. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  let found: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== name) continue
    const value = headers[i + 1] ?? ""
    found = found === undefined ? value : `${found}${name === "cookie" ? "; " : ", "}${value}`
  }
  return found
}

/** As HTTP/1.1 writes it: a line each, without the empty line at the end. */
export function headerLines(headers: HeaderList): string {
  let lines = ""
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}

/** Whether a comma-separated value names `token`; lower case in, any case in the value. */
export function listsToken(value: string | undefined, token: string): boolean {
  if (value === undefined) return false
  if (value === token) return true
  // Most values are one short word, which is not the one: no list is made of it.
  if (value.length < token.length || !(value.includes(",") || value.includes(" "))) {
    return value.length === token.length && value.toLowerCase() === token
  }
  for (const item of value.split(",")) if (item.trim().toLowerCase() === token) return true
  return false
}
