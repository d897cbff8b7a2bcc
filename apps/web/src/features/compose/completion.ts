// What is being typed at the caret that could be completed: a mention, a hashtag, an emoji; and what the text is once it was. Pure.

export type CompletionKind = "mention" | "hashtag" | "emoji"

export interface CompletionToken {
  readonly kind: CompletionKind
  /** Without its sign. */
  readonly query: string
  /** Where it stands in the text, its sign included. */
  readonly start: number
  readonly end: number
}

const TOKEN = /(?:^|[\s([{"'])([@#:])([\p{L}\p{M}\p{Nd}_.@-]*)$/u
const kinds: Readonly<Record<string, CompletionKind>> = { "@": "mention", "#": "hashtag", ":": "emoji" }
/** Two letters say enough of an emoji or a tag; whom one mentions is worth guessing from the first. */
const FEWEST: Readonly<Record<CompletionKind, number>> = { mention: 1, hashtag: 1, emoji: 2 }

/** The token that ends at the caret; undefined where there is none worth completing. */
export function tokenAt(text: string, caret: number): CompletionToken | undefined {
  const [, sign, query] = TOKEN.exec(text.slice(0, caret)) ?? []
  const kind = kinds[sign ?? ""]
  if (kind === undefined || query === undefined || query.length < FEWEST[kind]) return undefined
  return { kind, query, start: caret - query.length - 1, end: caret }
}

/** The text with the token replaced and a space behind it, and where the caret is then. */
export function complete(
  text: string,
  token: CompletionToken,
  value: string,
): { text: string; caret: number } {
  const rest = text.slice(token.end).replace(/^ /, "")
  const before = `${text.slice(0, token.start)}${value} `
  return { text: before + rest, caret: before.length }
}
