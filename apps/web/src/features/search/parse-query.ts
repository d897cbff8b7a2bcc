// What was typed into the search field: the words that the server looks for, and whose posts. Pure.

export interface ParsedQuery {
  /** As the server takes it: `"a phrase"`, `or`, `-not`. */
  readonly words: string
  /** User name, without `@`. */
  readonly from: string | undefined
}

const FROM = /(?:^|\s)from:@?(\w+(?:@[\w.:-]+)?)(?=\s|$)/iu

export function parseQuery(text: string): ParsedQuery {
  const found = FROM.exec(text)
  const words = text.replace(FROM, " ").replaceAll(/\s+/g, " ").trim()
  return { words, from: found?.[1]?.split("@")[0] }
}
