// How components get at their words: `const t = useT()`, then `t("home.title")`. Ids are checked by the compiler.

import { useCallback } from "react"
import { useIntl } from "react-intl"
import type { MessageId } from "./en.ts"

export type Values = Readonly<Record<string, string | number | Date>>
export type Translate = (id: MessageId, values?: Values) => string

export function useT(): Translate {
  const intl = useIntl()
  return useCallback((id, values) => intl.formatMessage({ id }, values), [intl])
}
