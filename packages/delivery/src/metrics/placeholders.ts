// `{{args.name}}`, `{{arm}}`, `{{fleet}}` and `{{service}}` in queries, addresses and commands. One that is not known is an error:
// a query with a hole in it would measure something else.

import { SourceError } from "./limited-fetch.ts"

export interface PlaceholderValues {
  readonly arm: string
  readonly fleet: string
  readonly service: string
  readonly args: Readonly<Record<string, string>>
}

/** Fails with a SourceError. @param encode how values are written where the text is an address */
export function fillPlaceholders(
  text: string,
  values: PlaceholderValues,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => {
    const value = name.startsWith("args.") ? argument(values.args, name.slice(5)) : named(values, name)
    if (value === undefined) throw new SourceError(`${whole} is not known; give it as an argument`)
    return encode(value)
  })
}

const argument = (args: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(args, name) ? args[name] : undefined

function named(values: PlaceholderValues, name: string): string | undefined {
  return name === "arm" || name === "fleet" || name === "service" ? values[name] : undefined
}
