// Gives the pages their language, and the document its `lang` and `dir`.

import * as Direction from "radix-ui/direction"
import { useLayoutEffect } from "react"
import type { ReactNode } from "react"
import { IntlProvider } from "react-intl"
import type { MessageId } from "./en.ts"
import type { Locale } from "./locales.ts"

interface LanguageProviderProps {
  readonly locale: Locale
  readonly messages: Readonly<Record<MessageId, string>>
  readonly children: ReactNode
}

export function LanguageProvider({ locale, messages, children }: LanguageProviderProps) {
  useLayoutEffect(() => {
    document.documentElement.lang = locale.tag
    document.documentElement.dir = locale.dir
  }, [locale])
  return (
    <IntlProvider locale={locale.tag} messages={messages} defaultLocale="en">
      <Direction.Provider dir={locale.dir}>{children}</Direction.Provider>
    </IntlProvider>
  )
}
