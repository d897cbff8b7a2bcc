// Sends a file with progress, which fetch cannot tell; the answers and failures are those of the API client.

import { ApiError, kindOfStatus } from "../../api/api-error.ts"
import type { MediaAttachment } from "../../api/entities.ts"

export interface UploadOptions {
  readonly token: string
  readonly file: Blob
  readonly name: string
  readonly description: string
  readonly focus: { readonly x: number; readonly y: number }
  /** 0 to 1. */
  readonly onProgress: (part: number) => void
  readonly signal: AbortSignal
}

export function uploadMedia(options: UploadOptions): Promise<MediaAttachment> {
  const { token, file, name, description, focus, onProgress, signal } = options
  const form = new FormData()
  form.set("file", file, name)
  if (description !== "") form.set("description", description)
  form.set("focus", `${focus.x.toFixed(2)},${focus.y.toFixed(2)}`)
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open("POST", "/api/v2/media")
    request.responseType = "json"
    request.setRequestHeader("authorization", `Bearer ${token}`)
    request.setRequestHeader("accept", "application/json")
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total === 0 ? 0 : loaded / total),
    )
    request.addEventListener("load", () => {
      const body = request.response as (MediaAttachment & { error?: string }) | null
      if (request.status < 300 && body) resolve(body)
      else reject(refusal(request, body))
    })
    request.addEventListener("error", () => reject(new ApiError("offline", "The file could not be sent")))
    request.addEventListener("abort", () =>
      reject(new DOMException("The upload was taken back", "AbortError")),
    )
    signal.addEventListener("abort", () => request.abort(), { once: true })
    request.send(form)
  })
}

function refusal(request: XMLHttpRequest, body: { error?: string } | null): ApiError {
  const seconds = Number(request.getResponseHeader("retry-after") ?? Number.NaN)
  return new ApiError(kindOfStatus(request.status), body?.error ?? `The server answered ${request.status}`, {
    status: request.status,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
  })
}
