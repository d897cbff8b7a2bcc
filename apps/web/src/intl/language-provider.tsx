// Gives the pages their language, and the document its `lang` and `dir`.

import * as Direction from "radix-ui/direction"
import { useLayoutEffect } from "react"
import type { ReactNode } from "react"
import { IntlProvider } from "react-intl"
import type { Locale } from "./locales.ts"
import type { Words } from "./words.ts"

interface LanguageProviderProps {
  readonly locale: Locale
  readonly messages: Words
  readonly children: ReactNode
}

/** It would have every message parsed beforehand; those that are plain text need not be. */
const ignoreAdvice = () => {}

export function LanguageProvider({ locale, messages, children }: LanguageProviderProps) {
  useLayoutEffect(() => {
    document.documentElement.lang = locale.tag
    document.documentElement.dir = locale.dir
  }, [locale])
  return (
    <IntlProvider locale={locale.tag} messages={messages} defaultLocale="en" onWarn={ignoreAdvice}>
      <Direction.Provider dir={locale.dir}>{children}</Direction.Provider>
    </IntlProvider>
  )
}
