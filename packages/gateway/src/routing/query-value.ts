// Reads one parameter of a query string without parsing the rest of it.

/** The first value of a parameter, decoded; "" when it has none, undefined when it is not there. */
export function queryValue(query: string, name: string): string | undefined {
  let start = 0
  while (start < query.length) {
    const ampersand = query.indexOf("&", start)
    const end = ampersand < 0 ? query.length : ampersand
    const equals = query.indexOf("=", start)
    const nameEnd = equals < 0 || equals > end ? end : equals
    if (decode(query.slice(start, nameEnd)) === name)
      return decode(query.slice(Math.min(nameEnd + 1, end), end))
    start = end + 1
  }
  return undefined
}

/** Form decoding. What cannot be decoded stays as it is: it then equals nothing that a route asks for. */
function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return text
  }
}
