// The news that a service tells gateways, line by line, as values. What cannot be read is taken for the worst: something was
// missed. Pure.

import { z } from "zod"

/**
 * `complete`: from here on every change is heard of; before that, any may have been missed. `incomplete`: changes may be missed
 * from here on. `change`: a token or an account is not what it was.
 */
export type AccessNews =
  | { readonly type: "complete" | "incomplete" }
  | { readonly type: "change"; readonly of: "token" | "account"; readonly id: number }

export type ServiceNews =
  | AccessNews
  | { readonly type: "purge"; readonly tags: readonly string[] }
  | { readonly type: "beat" }

const lineSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello") }),
  z.object({ type: z.literal("deaf") }),
  z.object({ type: z.literal("beat") }),
  z.object({
    type: z.literal("access"),
    change: z.union([
      z.object({ of: z.enum(["token", "account"]), id: z.int() }),
      z.object({ of: z.literal("all") }),
    ]),
  }),
  z.object({ type: z.literal("purge"), tags: z.array(z.string().max(300)).max(10_000) }),
])

/** One line; undefined for what nobody knows. */
export function parseNews(line: string): ServiceNews | undefined {
  const parsed = lineSchema.safeParse(json(line))
  if (!parsed.success) return undefined
  const news = parsed.data
  switch (news.type) {
    case "hello":
      return { type: "complete" }
    case "deaf":
      return { type: "incomplete" }
    case "access":
      return news.change.of === "all"
        ? { type: "complete" }
        : { type: "change", of: news.change.of, id: news.change.id }
    default:
      return news
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
