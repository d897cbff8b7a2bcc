// Sends a waiting post: files that the server does not have yet, then the post once its pictures are processed.

import type { ApiClient } from "../../api/api-client.ts"
import { ApiError } from "../../api/api-error.ts"
import type { ScheduledStatus, Status } from "../../api/entities.ts"
import { postBody } from "./draft.ts"
import type { DraftMedia } from "./draft.ts"
import type { WaitingPost } from "./draft-store.ts"
import type { Posted } from "./outbox.ts"
import { uploadMedia } from "./upload.ts"

export interface SendPostDeps {
  readonly api: ApiClient
  readonly token: () => string | undefined
  readonly wait: (ms: number) => Promise<void>
}

const LOOK_EVERY_MS = 700
const MOST_LOOKS = 60

export function createSendPost({ api, token, wait }: SendPostDeps) {
  async function withId(media: DraftMedia): Promise<DraftMedia> {
    if (media.id !== undefined || !media.file) return media
    const member = token()
    if (member === undefined) throw new ApiError("unauthorised", "Signed out")
    const { file, name, description, focus } = media
    const { signal } = new AbortController()
    const { id } = await uploadMedia({
      token: member,
      file,
      name,
      description,
      focus,
      signal,
      onProgress: () => {},
    })
    return { ...media, id }
  }

  /** The server makes the smaller sizes after it has answered; a post may name a picture only once that is done. */
  async function untilProcessed(id: string): Promise<void> {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const { status } = await api.send("GET", `/api/v1/media/${id}`)
      if (status === 200) return
      await wait(LOOK_EVERY_MS)
    }
    throw new ApiError("failed", "The server is still processing a picture")
  }

  return async function sendPost({ draft, idempotencyKey }: WaitingPost): Promise<Posted> {
    const media: DraftMedia[] = []
    for (const one of draft.media) media.push(await withId(one))
    if (draft.editOf === undefined) for (const { id } of media) if (id !== undefined) await untilProcessed(id)
    const body = postBody({ ...draft, media })
    if (draft.editOf !== undefined) {
      const path = `/api/v1/statuses/${draft.editOf}`
      return { kind: "posted", status: await api.put<Status>(path, { body }) }
    }
    const made = await api.post<Status | ScheduledStatus>("/api/v1/statuses", { body, idempotencyKey })
    return "scheduled_at" in made ? { kind: "scheduled", scheduled: made } : { kind: "posted", status: made }
  }
}
