// Comma-separated values (RFC 4180), as Mastodon writes and reads them. Pure.

/** One line, with its end. What could be taken for a formula stays as it is: these files are for programs. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(quoted).join(",")}\n`
}

function quoted(field: string): string {
  return /[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
}

/** The rows of a text, empty lines left out; at most `limit` of them are read. Quotes may hold commas, quotes and lines. */
export function parseCsv(text: string, limit: number): string[][] {
  const rows: string[][] = []
  const source = text.replace(/^\uFEFF/, "")
  let row: string[] = []
  let field = ""
  let inQuotes = false
  const endField = (): void => {
    row.push(field)
    field = ""
  }
  const endRow = (): void => {
    endField()
    if (row.length > 1 || row[0]?.trim() !== "") rows.push(row)
    row = []
  }
  for (let at = 0; at < source.length && rows.length < limit; at += 1) {
    const character = source.charAt(at)
    if (inQuotes) {
      if (character !== '"') field += character
      else if (source.charAt(at + 1) === '"') {
        field += '"'
        at += 1
      } else inQuotes = false
    } else if (character === '"' && field === "") inQuotes = true
    else if (character === ",") endField()
    else if (character === "\n") endRow()
    else if (character !== "\r") field += character
  }
  if (rows.length < limit && (field !== "" || row.length > 0)) endRow()
  return rows
}
