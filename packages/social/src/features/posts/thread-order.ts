// The order of a thread: each reply under what it answers, an author's own continuation before the answers of others, else
// the older first. Pure.

export interface ThreadPost {
  readonly id: number
  readonly author_id: number
  readonly reply_to_id: number | null
}

/** The ids of the replies below `root`, depth first. Posts whose parent is not among them are left out. */
export function threadOrder(
  root: Pick<ThreadPost, "id" | "author_id">,
  replies: readonly ThreadPost[],
): number[] {
  const children = new Map<number, ThreadPost[]>()
  for (const reply of [...replies].sort((a, b) => a.id - b.id)) {
    if (reply.reply_to_id === null) continue
    const siblings = children.get(reply.reply_to_id)
    if (siblings) siblings.push(reply)
    else children.set(reply.reply_to_id, [reply])
  }
  const ordered: number[] = []
  // A stack rather than recursion: threads of thousands of posts, one below the other, exist.
  const stack = nextBelow(root, children)
  for (let post = stack.pop(); post; post = stack.pop()) {
    ordered.push(post.id)
    stack.push(...nextBelow(post, children))
  }
  return ordered
}

/** The answers to a post, the first to show last, as a stack wants them. */
function nextBelow(
  post: Pick<ThreadPost, "id" | "author_id">,
  children: ReadonlyMap<number, readonly ThreadPost[]>,
): ThreadPost[] {
  const below = children.get(post.id) ?? []
  const own = below.filter((reply) => reply.author_id === post.author_id)
  const others = below.filter((reply) => reply.author_id !== post.author_id)
  return [...own, ...others].reverse()
}
