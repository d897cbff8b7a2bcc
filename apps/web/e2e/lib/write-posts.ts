// Many posts at once, through the same events as everybody's but without a request for each: for lists of hundreds and thousands.

import type { TestAviary, TestMember } from "@aviary/testkit"

export interface PostToWrite {
  readonly by: TestMember
  readonly text: string
}

/** Writes them in their order, the last one newest, and waits until home timelines hold them. Gives their ids. */
export async function writePosts(
  aviary: TestAviary,
  posts: readonly PostToWrite[],
  options: { readonly inReplyTo?: { readonly id: string; readonly by: TestMember } } = {},
): Promise<string[]> {
  const { events, nextId } = aviary.social.core
  const parent = options.inReplyTo
  const written = posts.map((post) => ({ ...post, id: nextId() }))
  await events.transact([], (tx) =>
    tx.append(
      written.map(({ by, text, id }) => ({
        type: "post.created" as const,
        stream: `post:${id}`,
        actor: Number(by.id),
        data: {
          id,
          author_id: Number(by.id),
          text,
          html: `<p>${text}</p>`,
          spoiler_text: "",
          visibility: "public" as const,
          sensitive: false,
          language: "en",
          reply_to_id: parent ? Number(parent.id) : null,
          reply_to_account_id: parent ? Number(parent.by.id) : null,
          conversation_id: parent ? Number(parent.id) : id,
          mentions: [],
          tags: [],
          media_ids: [],
          poll: null,
          application: null,
        },
      })),
    ),
  )
  await aviary.settle()
  return written.map(({ id }) => String(id))
}
