// A filter as it is written in the form, and as the API takes it. Pure.

import type { Filter, FilterContext } from "../../api/entities.ts"

export interface DraftKeyword {
  /** Of a keyword that the server knows. */
  readonly id?: string
  /** Tells the rows of the form from each other. */
  readonly row: number
  readonly keyword: string
  readonly wholeWord: boolean
}

/** `keep`: as it stands; null: never; else seconds from now. */
export type Ending = "keep" | null | number

export interface FilterDraft {
  readonly title: string
  readonly keywords: readonly DraftKeyword[]
  /** Known to the server, and taken off in the form. */
  readonly removed: readonly string[]
  readonly context: readonly FilterContext[]
  readonly action: Filter["filter_action"]
  readonly ending: Ending
}

export const newFilter: FilterDraft = {
  title: "",
  keywords: [{ row: 0, keyword: "", wholeWord: true }],
  removed: [],
  context: ["home", "public", "thread"],
  action: "warn",
  ending: null,
}

export function draftOf(filter: Filter): FilterDraft {
  return {
    title: filter.title,
    keywords: (filter.keywords ?? []).map(({ id, keyword, whole_word }, row) => ({
      id,
      row,
      keyword,
      wholeWord: whole_word,
    })),
    removed: [],
    context: filter.context,
    action: filter.filter_action,
    ending: filter.expires_at === null ? null : "keep",
  }
}

export function withKeyword(draft: FilterDraft): FilterDraft {
  const row = Math.max(-1, ...draft.keywords.map((one) => one.row)) + 1
  return { ...draft, keywords: [...draft.keywords, { row, keyword: "", wholeWord: true }] }
}

export function withoutKeyword(draft: FilterDraft, row: number): FilterDraft {
  const gone = draft.keywords.find((one) => one.row === row)
  return {
    ...draft,
    keywords: draft.keywords.filter((one) => one.row !== row),
    removed: gone?.id === undefined ? draft.removed : [...draft.removed, gone.id],
  }
}

/** For `POST` and `PUT /api/v2/filters`. A filter without a name of its own is called by its first word. */
export function filterBody(draft: FilterDraft): Record<string, unknown> {
  const written = draft.keywords.filter(({ keyword }) => keyword.trim() !== "")
  const emptied = draft.keywords.flatMap(({ id, keyword }) =>
    id !== undefined && keyword.trim() === "" ? id : [],
  )
  return {
    title: draft.title.trim() || (written[0]?.keyword.trim() ?? ""),
    context: draft.context,
    filter_action: draft.action,
    ...(draft.ending === "keep" ? {} : { expires_in: draft.ending }),
    keywords_attributes: [
      ...written.map(({ id, keyword, wholeWord }) => ({
        ...(id === undefined ? {} : { id }),
        keyword: keyword.trim(),
        whole_word: wholeWord,
      })),
      ...[...draft.removed, ...emptied].map((id) => ({ id, _destroy: true })),
    ],
  }
}
