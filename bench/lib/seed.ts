// A small network for benchmarks, through the same events as everybody's.

import { createLog, readSettings, systemClock } from "@aviary/kit"
import { createNetworkTools, socialSettings } from "@aviary/social"

/** Members who follow each other in a ring and have posted; gives the account ids. */
export async function seed(
  databaseUrl: string,
  size: { members: number; followsEach: number; posts: number },
): Promise<number[]> {
  const tools = createNetworkTools({
    settings: readSettings(socialSettings, { env: {} }),
    databaseUrl,
    mediaDir: "data/media",
    clock: systemClock,
    log: createLog({ level: "error" }),
  })
  await tools.start()
  const { events, nextId } = tools.core
  const ids = Array.from({ length: size.members }, () => nextId())
  await events.transact([], (tx) =>
    tx.append(
      ids.map((id, n) => ({
        type: "account.created",
        stream: `account:${id}`,
        actor: null,
        data: { id, username: `bench_${n}`, display_name: `Member ${n}`, role: "member" },
      })),
    ),
  )
  await events.transact([], (tx) =>
    tx.append(
      ids.flatMap((id, n) =>
        Array.from({ length: size.followsEach }, (_, step) => ({
          type: "follow.created" as const,
          stream: `account:${id}`,
          actor: null,
          data: {
            id: nextId(),
            follower_id: id,
            followee_id: ids[(n + step + 1) % ids.length] ?? id,
            show_reposts: true,
            notify: false,
            languages: null,
          },
        })),
      ),
    ),
  )
  await events.transact([], (tx) =>
    tx.append(
      Array.from({ length: size.posts }, (_, n) => {
        const id = nextId()
        const text = `Post ${n} of the benchmark, about as long as people write when they have something to say to each other.`
        return {
          type: "post.created" as const,
          stream: `post:${id}`,
          actor: null,
          data: {
            id,
            author_id: ids[n % ids.length] ?? 0,
            text,
            html: `<p>${text}</p>`,
            spoiler_text: "",
            visibility: "public" as const,
            sensitive: false,
            language: "en",
            reply_to_id: null,
            reply_to_account_id: null,
            conversation_id: id,
            mentions: [],
            tags: [],
            media_ids: [],
            poll: null,
            application: null,
          },
        }
      }),
    ),
  )
  await tools.stop(AbortSignal.timeout(10_000))
  return ids
}
