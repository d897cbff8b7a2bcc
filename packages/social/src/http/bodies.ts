// Bodies of requests: JSON, forms and multipart on every method, a form without a content type too. Sizes are bounded before
// anything is parsed.

import multipart from "@fastify/multipart"
import { AppError } from "@aviary/kit"
import type { FastifyInstance, FastifyRequest } from "fastify"
import { isRecord, parseForm } from "./input.ts"
import type { UploadedFile } from "./route.ts"

export interface BodyLimits {
  /** Bytes of a JSON or form body. */
  readonly bodyBytes: number
  /** Bytes of one uploaded file. */
  readonly fileBytes: number
}

const MAX_FIELDS = 200
const MAX_FILES = 4

export async function registerBodies(server: FastifyInstance, limits: BodyLimits): Promise<void> {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    try {
      done(null, parseJson(body.toString()))
    } catch (error) {
      done(error as Error)
    }
  })
  server.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, done) => {
      done(null, parseForm(body.toString()))
    },
  )
  server.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    const type = request.headers["content-type"]
    const text = body.toString()
    if (type !== undefined && type !== "" && text !== "") {
      done(new AppError("input.unsupported_media_type", { type: type.split(";")[0] }))
      return
    }
    try {
      done(null, text.trimStart().startsWith("{") ? parseJson(text) : parseForm(text))
    } catch (error) {
      done(error as Error)
    }
  })
  await server.register(multipart, {
    limits: {
      fileSize: limits.fileBytes,
      files: MAX_FILES,
      fields: MAX_FIELDS,
      fieldSize: limits.bodyBytes,
      parts: MAX_FIELDS + MAX_FILES,
      headerPairs: 50,
    },
    throwFileSizeLimit: true,
  })
}

function parseJson(text: string): Record<string, unknown> {
  if (text.trim() === "") return {}
  let parsed: unknown
  try {
    // A reviver costs several times what parsing does, and hardly any body needs it.
    parsed = text.includes("__proto__") ? JSON.parse(text, withoutProto) : JSON.parse(text)
  } catch (error) {
    throw new AppError("input.malformed", { reason: "the body is not valid JSON" }, { cause: error })
  }
  if (!isRecord(parsed)) throw new AppError("input.malformed", { reason: "the body is not a JSON object" })
  return parsed
}

function withoutProto(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value
}

export interface ParsedBody {
  readonly fields: Record<string, unknown>
  readonly files: readonly UploadedFile[]
}

/** Fields and files of a request, whatever its encoding. */
export async function readBody(request: FastifyRequest, limits: BodyLimits): Promise<ParsedBody> {
  if (!request.isMultipart()) return { fields: isRecord(request.body) ? request.body : {}, files: [] }
  const pairs: string[] = []
  const files: UploadedFile[] = []
  try {
    for await (const part of request.parts()) {
      if (part.type === "file") {
        files.push({ field: part.fieldname, filename: part.filename, bytes: await part.toBuffer() })
      } else {
        pairs.push(`${encodeURIComponent(part.fieldname)}=${encodeURIComponent(String(part.value))}`)
      }
    }
  } catch (error) {
    throw multipartError(error, limits)
  }
  // Names keep their brackets: qs reads them after decoding.
  return { fields: parseForm(pairs.join("&")), files }
}

function multipartError(error: unknown, limits: BodyLimits): AppError {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "FST_REQ_FILE_TOO_LARGE") {
    return new AppError(
      "input.too_large",
      { limit: `${Math.floor(limits.fileBytes / 1024)} KiB a file` },
      { cause: error },
    )
  }
  if (typeof code === "string" && code.endsWith("_LIMIT")) {
    return new AppError(
      "input.too_large",
      { limit: `${MAX_FIELDS} fields and ${MAX_FILES} files` },
      { cause: error },
    )
  }
  return new AppError("input.malformed", { reason: "the multipart body is broken" }, { cause: error })
}
