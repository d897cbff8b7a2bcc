// The words of the page's language, in two parts: those of home and of what opens over it come with the first code, all others before
// the first page that is opened from it. Which is which is said in scripts/vite/catalogue.ts, where the build sees to it that no word
// is missing. In development all of them are in the first part.

import type { MessageId } from "./en.ts"
import type { Locale } from "./locales.ts"

export type Words = Partial<Record<MessageId, string>>

const words: Words = {}
let readLater: Locale["laterMessages"] = async () => ({})
let later: Promise<void> | undefined

/** The words as they are known so far: the same object grows. */
export async function openWords(locale: Locale): Promise<Words> {
  readLater = locale.laterMessages
  return Object.assign(words, await locale.messages())
}

/** Resolves when all words are there. Fails where they could not be loaded; another call tries again. */
export function laterWords(): Promise<void> {
  later ??= readLater().then(
    (found) => void Object.assign(words, found),
    (error: unknown) => {
      later = undefined
      throw error
    },
  )
  return later
}

/** Loads a page, and the words that it may need. */
export function withLaterWords<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => {
    const [page] = await Promise.all([load(), laterWords()])
    return page
  }
}
