// What a token could become: people whom the member follows first, hashtags, the community's emoji and a choice of the usual ones.

import { useQuery } from "@tanstack/react-query"
import { useDeferredValue } from "react"
import type { ApiClient } from "../../api/api-client.ts"
import type { Account, CustomEmoji, SearchResults } from "../../api/entities.ts"
import { useApi } from "../../session/client-context.tsx"
import type { CompletionToken } from "./completion.ts"
import { findEmoji } from "./emoji-names.ts"
import type { NamedEmoji } from "./emoji-names.ts"

export type Suggestion =
  | { readonly kind: "mention"; readonly value: string; readonly account: Account }
  | { readonly kind: "hashtag"; readonly value: string }
  | { readonly kind: "emoji"; readonly value: string; readonly emoji: CustomEmoji | NamedEmoji }

const MOST = 6

export function customEmojiQuery(api: ApiClient) {
  return {
    queryKey: ["custom-emojis"] as const,
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      api.get<CustomEmoji[]>("/api/v1/custom_emojis", { signal }),
    staleTime: 30 * 60_000,
  }
}

/** At most six; what was found last stays until there is something better. */
export function useCompletions(token: CompletionToken | undefined): readonly Suggestion[] {
  const api = useApi()
  const later = useDeferredValue(token)
  const { data: emojis = [] } = useQuery({ ...customEmojiQuery(api), enabled: later?.kind === "emoji" })
  const { data: found = [] } = useQuery<readonly Suggestion[]>({
    queryKey: ["completions", later?.kind, later?.query],
    queryFn: async ({ signal }) => (later ? await search(api, later, signal) : []),
    enabled: later !== undefined && later.kind !== "emoji",
    staleTime: 60_000,
    placeholderData: (before) => before,
    retry: false,
  })
  if (!token || token.kind !== later?.kind) return []
  return later.kind === "emoji" ? emojiSuggestions(later.query, emojis) : found
}

async function search(
  api: ApiClient,
  { kind, query }: CompletionToken,
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  if (kind === "mention") {
    const accounts = await api.get<Account[]>("/api/v1/accounts/search", {
      query: { q: query, limit: MOST },
      signal,
    })
    return accounts.map((account) => ({ kind: "mention", value: `@${account.acct}`, account }))
  }
  const { hashtags } = await api.get<SearchResults>("/api/v2/search", {
    query: { q: query, type: "hashtags", limit: MOST },
    signal,
  })
  return hashtags.map(({ name }) => ({ kind: "hashtag", value: `#${name}` }))
}

function emojiSuggestions(query: string, custom: readonly CustomEmoji[]): Suggestion[] {
  const wanted = query.toLowerCase()
  const ours = custom
    .filter(({ shortcode }) => shortcode.toLowerCase().includes(wanted))
    .sort((one, other) => place(one.shortcode, wanted) - place(other.shortcode, wanted))
    .map((emoji): Suggestion => ({ kind: "emoji", value: `:${emoji.shortcode}:`, emoji }))
  const usual = findEmoji(wanted).map((emoji): Suggestion => ({ kind: "emoji", value: emoji.text, emoji }))
  return [...ours, ...usual].slice(0, MOST)
}

/** What begins with the words stands before what only holds them. */
function place(shortcode: string, wanted: string): number {
  return shortcode.toLowerCase().indexOf(wanted)
}
