// How components get at their words: `const t = useT()`, then `t("home.title")`. Ids are checked by the compiler.

import { useCallback } from "react"
import { useIntl } from "react-intl"
import type { IntlShape } from "react-intl"
import type { MessageId } from "./en.ts"

export type Values = Readonly<Record<string, string | number | Date>>
export type Translate = (id: MessageId, values?: Values) => string

export function useT(): Translate {
  const intl = useIntl()
  return useCallback((id, values) => plainText(intl, id) ?? intl.formatMessage({ id }, values), [intl])
}

/**
 * The message where it is nothing but text, as most are; undefined where it has to be formatted. The build has parsed every other one,
 * so in a built client what is a string is text; in development a string may still have to be parsed.
 */
export function plainText(intl: IntlShape, id: MessageId): string | undefined {
  const message = intl.messages[id]
  return typeof message === "string" && (import.meta.env.PROD || !/[{<']/.test(message)) ? message : undefined
}
