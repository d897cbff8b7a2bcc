// The languages that the client speaks, and which one a reader gets. A language is one line here and one file of messages.

import { en } from "./en.ts"
import type { MessageId } from "./en.ts"

export interface Locale {
  /** BCP 47. */
  readonly tag: string
  /** In its own words. */
  readonly name: string
  readonly dir: "ltr" | "rtl"
  /** All of them; in a built client those that come with the first code. */
  readonly messages: () => Promise<Readonly<Record<MessageId, string>>>
  /** In a built client the others. */
  readonly laterMessages: () => Promise<Readonly<Record<string, string>>>
}

export const locales: readonly [Locale, ...Locale[]] = [
  {
    tag: "en",
    name: "English",
    dir: "ltr",
    messages: async () => en,
    laterMessages: async () => (await import("virtual:later-messages/en")).messages,
  },
]

/** The first of `wanted` (as `navigator.languages` gives them) that there is, by its language if not by its region; else English. */
export function chooseLocale(
  wanted: readonly string[],
  known: readonly [Locale, ...Locale[]] = locales,
): Locale {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0]
    const found =
      known.find((locale) => locale.tag.toLowerCase() === tag.toLowerCase()) ??
      known.find((locale) => locale.tag.toLowerCase().split("-")[0] === language)
    if (found) return found
  }
  return known[0]
}
