// Routes of uploads: take in, poll, describe, remove.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route, UploadedFile } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import { cleanText } from "../../text/clean-text.ts"
import type { ChangeMedia } from "./change-media.ts"
import type { FindMedia } from "./find-media.ts"
import { parseFocus } from "./image/image-meta.ts"
import { requireSwitch } from "../../switches.ts"
import { createMediaFileRoute } from "./media-file-route.ts"
import { mediaJson } from "./media-json.ts"
import type { MediaView } from "./media-json.ts"
import type { MediaStore } from "./media-store.ts"
import type { RemoveMedia } from "./remove-media.ts"
import type { UploadMedia } from "./upload-media.ts"

/** Characters of a description at most, as Mastodon. */
export const MAX_DESCRIPTION = 1_500

const description = field
  .optionalText(4 * MAX_DESCRIPTION)
  .transform((text) => (text === undefined ? undefined : cleanText(text) || null))
  .refine(
    (text) => Array.from(text ?? "").length <= MAX_DESCRIPTION,
    `is longer than ${MAX_DESCRIPTION} characters`,
  )

const focus = field.optionalText(100).transform((text, context) => {
  if (text === undefined || text === "") return undefined
  const point = parseFocus(text)
  if (point) return point
  context.addIssue("is not two numbers such as 0.5,-0.5")
  return z.NEVER
})

const uploadInput = z.object({ description, focus })

export interface MediaRouteDeps extends Pick<Core, "switches" | "urls"> {
  readonly store: MediaStore
  readonly uploadMedia: UploadMedia
  readonly findMedia: FindMedia
  readonly changeMedia: ChangeMedia
  readonly removeMedia: RemoveMedia
}

export function createMediaRoutes(deps: MediaRouteDeps): Route[] {
  const { urls } = deps

  async function upload(
    accountId: number,
    files: readonly UploadedFile[],
    options: z.infer<typeof uploadInput> & { wait: boolean },
  ): Promise<MediaView> {
    requireSwitch(deps.switches, "media-uploads")
    const file = files.find((one) => one.field === "file")
    if (!file)
      throw new AppError("input.invalid", { problems: "file: is missing; send it as multipart/form-data" })
    return deps.uploadMedia(accountId, {
      bytes: file.bytes,
      description: options.description ?? null,
      focus: options.focus ?? null,
      wait: options.wait,
    })
  }

  return [
    route({
      method: "POST",
      path: "/api/v2/media",
      summary: "Upload a picture; its full size is made afterwards",
      access: "member",
      scope: "write:media",
      input: uploadInput,
      async handle({ input, viewer, files }) {
        const media = await upload(viewer.accountId, files, { ...input, wait: false })
        return new Reply(mediaJson(media, urls), { status: 202 })
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/media",
      summary: "Upload a picture and wait for it",
      access: "member",
      scope: "write:media",
      input: uploadInput,
      handle: async ({ input, viewer, files }) =>
        mediaJson(await upload(viewer.accountId, files, { ...input, wait: true }), urls),
    }),
    route({
      method: "GET",
      path: "/api/v1/media/:id",
      summary: "An upload of one's own; 206 until it is ready",
      access: "member",
      scope: "write:media",
      input: z.object({ id: field.id }),
      async handle({ input, viewer }) {
        const media = await deps.findMedia(viewer.accountId, input.id)
        return new Reply(mediaJson(media, urls), { status: media.ready ? 200 : 206 })
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/media/:id",
      summary: "Describe an upload that no post uses yet",
      access: "member",
      scope: "write:media",
      input: z.object({ id: field.id, description, focus }),
      handle: async ({ input, viewer }) =>
        mediaJson(await deps.changeMedia(viewer.accountId, input.id, input), urls),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/media/:id",
      summary: "Remove an upload that no post uses",
      access: "member",
      scope: "write:media",
      input: z.object({ id: field.id }),
      async handle({ input, viewer }) {
        await deps.removeMedia(viewer.accountId, input.id)
        return {}
      },
    }),
    createMediaFileRoute(deps),
  ]
}
