// Sends the files of a draft while one goes on writing. What has arrived stands in the draft; what failed can be tried again, and is
// tried again by the outbox in any case.

import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react"
import { ApiError } from "../../api/api-error.ts"
import type { MediaAttachment } from "../../api/entities.ts"
import { useApi, useSession } from "../../session/client-context.tsx"
import type { Draft, DraftMedia } from "./draft.ts"
import { uploadMedia } from "./upload.ts"

export type UploadState =
  /** `part` from 0 to 1. */
  | { readonly kind: "sending"; readonly part: number }
  | { readonly kind: "failed"; readonly reason: string; readonly lasting: boolean }

export interface Uploads {
  readonly states: Readonly<Record<string, UploadState>>
  readonly add: (files: readonly File[]) => void
  readonly describe: (media: DraftMedia) => void
  readonly remove: (media: DraftMedia) => void
  readonly retry: (media: DraftMedia) => void
}

type ChangeDraft = (change: (draft: Draft) => Partial<Draft>) => void

export function useUploads(media: readonly DraftMedia[], change: ChangeDraft): Uploads {
  const api = useApi()
  const session = useSession()
  const token = session.kind === "signed-in" ? session.token : undefined
  const [states, setStates] = useState<Readonly<Record<string, UploadState>>>({})
  const running = useRef(new Map<string, AbortController>())

  const setState = useCallback((key: string, state: UploadState | undefined) => {
    setStates((all) => {
      const { [key]: _, ...others } = all
      return state ? { ...others, [key]: state } : others
    })
  }, [])
  const put = useCallback(
    (key: string, by: (media: DraftMedia) => DraftMedia) =>
      change((draft) => ({ media: draft.media.map((one) => (one.key === key ? by(one) : one)) })),
    [change],
  )

  const send = useEffectEvent(async (one: DraftMedia) => {
    if (!one.file || token === undefined || running.current.has(one.key)) return
    const controller = new AbortController()
    running.current.set(one.key, controller)
    setState(one.key, { kind: "sending", part: 0 })
    try {
      const made = await uploadMedia({
        token,
        file: one.file,
        name: one.name,
        description: one.description,
        focus: one.focus,
        signal: controller.signal,
        onProgress: (part) => setState(one.key, { kind: "sending", part }),
      })
      put(one.key, (now) => ({ ...now, id: made.id, ...previewOf(made) }))
      setState(one.key, undefined)
      void lookForPreview(made.id, one.key)
    } catch (error) {
      if (controller.signal.aborted) return
      const { kind, message } = ApiError.from(error)
      setState(one.key, {
        kind: "failed",
        reason: message,
        lasting: kind === "refused" || kind === "forbidden",
      })
    } finally {
      running.current.delete(one.key)
    }
  })

  /** The server makes the preview after it has answered. */
  async function lookForPreview(id: string, key: string) {
    const made = await api.get<MediaAttachment>(`/api/v1/media/${id}`).catch(() => undefined)
    if (made) put(key, (now) => ({ ...now, ...previewOf(made) }))
  }

  useEffect(() => {
    // An upload begins because the draft has a file; that it began is shown.
    // oxlint-disable-next-line react/set-state-in-effect
    for (const one of media) if (one.file && one.id === undefined && !states[one.key]) void send(one)
  }, [media, states])
  useEffect(() => {
    const all = running.current
    return () => {
      for (const controller of all.values()) controller.abort()
    }
  }, [])

  return {
    states,
    add: (files) => change((draft) => ({ media: [...draft.media, ...files.map(ofFile)] })),
    describe(one) {
      put(one.key, () => one)
      if (one.id === undefined) return
      const focus = `${one.focus.x.toFixed(2)},${one.focus.y.toFixed(2)}`
      // Of a post that is edited the words go with the edit; the server says so by refusing this.
      void api
        .put(`/api/v1/media/${one.id}`, { body: { description: one.description, focus } })
        .catch(() => undefined)
    },
    remove(one) {
      running.current.get(one.key)?.abort()
      setState(one.key, undefined)
      change((draft) => ({ media: draft.media.filter(({ key }) => key !== one.key) }))
    },
    retry: (one) => setState(one.key, undefined),
  }
}

/** The file itself is the preview until the server has one. */
function previewOf({ preview_url, blurhash }: MediaAttachment): Partial<DraftMedia> {
  return preview_url === null ? { blurhash } : { file: undefined, previewUrl: preview_url, blurhash }
}

function ofFile(file: File): DraftMedia {
  return {
    key: crypto.randomUUID(),
    id: undefined,
    file,
    name: file.name,
    previewUrl: null,
    blurhash: null,
    description: "",
    focus: { x: 0, y: 0 },
  }
}
