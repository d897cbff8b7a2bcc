// The draft under the composer's hands: opened from where it was kept, or begun; kept again shortly after each change, and at once when
// the page goes away.

import { useQueryClient } from "@tanstack/react-query"
import { useCallback, useEffect, useRef, useState } from "react"
import type { ApiClient } from "../../api/api-client.ts"
import type { Preferences, StatusSource } from "../../api/entities.ts"
import { useApi, useMember } from "../../session/client-context.tsx"
import type { ComposeRequest } from "../../shell/composer.tsx"
import { draftFor, isUntouched } from "./draft.ts"
import type { Draft, WritingDefaults } from "./draft.ts"
import { drafts } from "./draft-store.ts"

const KEEP_AFTER_MS = 400

export interface OpenDraft {
  readonly draft: Draft
  readonly change: (change: Partial<Draft> | ((draft: Draft) => Partial<Draft>)) => void
  /** It was posted or is to be thrown away: nothing of it is kept. */
  readonly discard: () => Promise<void>
  /** Keeps it under an id of its own, so that something new can be begun. */
  readonly putAside: () => Promise<void>
  readonly isUntouched: boolean
}

/** Undefined until it is known what to begin with. */
export function useDraft(request: ComposeRequest): OpenDraft | undefined {
  const api = useApi()
  const member = useMember()
  const queries = useQueryClient()
  const [state, setState] = useState<{ draft: Draft; began: Draft }>()
  const latest = useRef(state)
  const ended = useRef(false)
  useEffect(() => {
    latest.current = state
  }, [state])

  useEffect(() => {
    if (!member || latest.current) return
    void open(request, { api, member }).then((opened) => setState((known) => known ?? opened))
  }, [api, member, request])

  const memberId = member?.id
  const keep = useCallback(async () => {
    const now = latest.current
    if (!now || memberId === undefined || ended.current) return
    const kept = isUntouched(now.draft, now.began)
      ? drafts.remove(memberId, now.draft.id)
      : drafts.put(memberId, now.draft)
    // Where the browser keeps nothing, one writes all the same.
    await kept.catch(() => undefined)
    void queries.invalidateQueries({ queryKey: ["drafts"] })
  }, [memberId, queries])

  // A change does not put off what the one before it asked for: who types without a pause is kept all the same.
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      void keep()
    }, KEEP_AFTER_MS)
  }, [state, keep])
  useEffect(() => {
    const now = () => void keep()
    addEventListener("pagehide", now)
    document.addEventListener("visibilitychange", now)
    return () => {
      removeEventListener("pagehide", now)
      document.removeEventListener("visibilitychange", now)
      clearTimeout(timer.current)
      timer.current = undefined
      now()
    }
  }, [keep])

  const change = useCallback<OpenDraft["change"]>((by) => {
    setState(
      (now) =>
        now && {
          ...now,
          draft: { ...now.draft, ...(typeof by === "function" ? by(now.draft) : by), changedAt: Date.now() },
        },
    )
  }, [])
  const end = useCallback(
    async (aside: boolean) => {
      ended.current = true
      const now = latest.current
      if (!now || memberId === undefined) return
      if (aside) await drafts.put(memberId, { ...now.draft, id: `kept-${crypto.randomUUID()}` })
      await drafts.remove(memberId, now.draft.id)
      void queries.invalidateQueries({ queryKey: ["drafts"] })
    },
    [memberId, queries],
  )
  const discard = useCallback(() => end(false), [end])
  const putAside = useCallback(() => end(true), [end])

  return (
    state && {
      draft: state.draft,
      change,
      discard,
      putAside,
      isUntouched: isUntouched(state.draft, state.began),
    }
  )
}

interface Opening {
  readonly api: ApiClient
  readonly member: NonNullable<ReturnType<typeof useMember>>
}

async function open(
  request: ComposeRequest,
  { api, member }: Opening,
): Promise<{ draft: Draft; began: Draft }> {
  const defaults: WritingDefaults = {
    visibility: member.source.privacy,
    sensitive: member.source.sensitive,
    language: member.source.language ?? (await defaultLanguage(api)),
  }
  if (request.kind === "draft") {
    const kept = await read(member.id, request.draftId)
    const began = draftFor({ kind: "new" }, { member, defaults })
    return { draft: kept ?? began, began }
  }
  const began = await withSource(draftFor(request, { member, defaults }), {
    api,
    isEdit: request.kind === "edit",
  })
  const kept = await read(member.id, began.id)
  return { draft: kept ?? began, began }
}

/** Where the browser keeps nothing, one writes all the same. */
async function read(member: string, id: string): Promise<Draft | undefined> {
  return await drafts.get(member, id).catch(() => undefined)
}

async function withSource(
  draft: Draft,
  { api, isEdit }: { api: ApiClient; isEdit: boolean },
): Promise<Draft> {
  if (!isEdit || draft.editOf === undefined) return draft
  const { text, spoiler_text } = await api.get<StatusSource>(`/api/v1/statuses/${draft.editOf}/source`)
  return { ...draft, text, warning: spoiler_text === "" ? undefined : spoiler_text }
}

async function defaultLanguage(api: ApiClient): Promise<string | null> {
  const fallback = navigator.language.split("-")[0] ?? null
  const preferences = await api.get<Preferences>("/api/v1/preferences").catch(() => undefined)
  return preferences?.["posting:default:language"] ?? fallback
}
