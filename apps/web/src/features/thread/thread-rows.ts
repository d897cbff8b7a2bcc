// A conversation as the rows of a page: what led to the post that it is about, that post, and the answers below what they answer. Pure.

import type { Status, StatusContext } from "../../api/entities.ts"

export interface ThreadRow {
  readonly status: Status
  readonly role: "ancestor" | "focus" | "reply"
  /** Lines from this avatar to those of the rows around it. */
  readonly lines: readonly ("above" | "below")[]
}

export function threadRows(focus: Status, { ancestors, descendants }: StatusContext): ThreadRow[] {
  const replies = inTreeOrder(focus.id, descendants)
  return [
    ...ancestors.map((status, place) => ({
      status,
      role: "ancestor" as const,
      lines: place === 0 ? (["below"] as const) : (["above", "below"] as const),
    })),
    { status: focus, role: "focus", lines: ancestors.length > 0 ? ["above"] : [] },
    ...replies.map((status, place) => ({
      status,
      role: "reply" as const,
      lines: linesOf(status, { before: replies[place - 1], after: replies[place + 1] }),
    })),
  ]
}

function linesOf(
  status: Status,
  { before, after }: { before: Status | undefined; after: Status | undefined },
): ("above" | "below")[] {
  return [
    ...(before && status.in_reply_to_id === before.id ? (["above"] as const) : []),
    ...(after && after.in_reply_to_id === status.id ? (["below"] as const) : []),
  ]
}

/** Each answer below what it answers, siblings by age; those whose parent is not there come last, so that none is lost. */
function inTreeOrder(rootId: string, descendants: readonly Status[]): Status[] {
  const children = new Map<string | null, Status[]>()
  for (const status of descendants) {
    const siblings = children.get(status.in_reply_to_id) ?? []
    siblings.push(status)
    children.set(status.in_reply_to_id, siblings)
  }
  const ordered: Status[] = []
  const seen = new Set([rootId])
  // A stack and not a recursion: answers may be thousands deep.
  const stack = [...(children.get(rootId) ?? [])].reverse()
  for (let status = stack.pop(); status; status = stack.pop()) {
    if (seen.has(status.id)) continue
    seen.add(status.id)
    ordered.push(status)
    stack.push(...[...(children.get(status.id) ?? [])].reverse())
  }
  return [...ordered, ...descendants.filter(({ id }) => !seen.has(id))]
}

/** The conversation with one answer more; the same where it belongs elsewhere or is known. */
export function withReply(focusId: string, context: StatusContext, reply: Status): StatusContext {
  const known = new Set([focusId, ...context.descendants.map(({ id }) => id)])
  if (known.has(reply.id) || reply.in_reply_to_id === null || !known.has(reply.in_reply_to_id)) return context
  return { ...context, descendants: [...context.descendants, reply] }
}
