// A message with parts that are elements: `<Message id="shell.terms" values={{ link: (text) => <Link …>{text}</Link> }} />`.

import { Fragment, createElement } from "react"
import type { ReactNode } from "react"
import { useIntl } from "react-intl"
import type { MessageId } from "./en.ts"
import { plainText } from "./translate.ts"

export type RichValues = Readonly<Record<string, ReactNode | Date | ((parts: ReactNode[]) => ReactNode)>>

export function Message({ id, values }: { readonly id: MessageId; readonly values?: RichValues }) {
  const intl = useIntl()
  const parts = plainText(intl, id) ?? (intl.formatMessage({ id }, values) as ReactNode)
  return Array.isArray(parts) ? createElement(Fragment, undefined, ...(parts as ReactNode[])) : parts
}
