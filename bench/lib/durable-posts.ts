// Posts that are on the disk when they are answered, against pgbench leaving the same rows. fsync and synchronous_commit are on.

import { httpRequest, runLoad } from "./load.ts"
import type { LoadResult } from "./load.ts"
import { pgbench } from "./pgbench.ts"
import type { Figure } from "./report.ts"
import type { BenchMember, RunningAviary } from "./running-aviary.ts"
import { takeTurns } from "./take-turns.ts"

const TEXTS = [
  "A kestrel over the field this morning, and not a cloud. #birds",
  "Who else is up? The kettle is on and the dog has opinions about it.",
  "Reading about event sourcing again: https://example.org/articles/event-sourcing?ref=feed",
]

const TARGET = 0.5

/**
 * Posts of the members, by so many clients at once, in turns with pgbench. The target is for 16 of them. `prepareReference` must
 * have been called with the members.
 */
export async function durablePosts(
  aviary: RunningAviary,
  members: readonly BenchMember[],
  options: { clients: number; seconds: number; rounds: number },
): Promise<Figure> {
  const { clients, seconds, rounds } = options
  let round = 0
  const ours = (): Promise<LoadResult> => {
    round += 1
    const key = `${clients}-${round}`
    return runLoad({
      port: aviary.port,
      clients,
      seconds,
      request: (client, turn) =>
        httpRequest("POST", "/api/v1/statuses", {
          token: members[client % members.length]?.token ?? "",
          body: { status: `${TEXTS[turn % TEXTS.length]} ${client}.${turn}`, visibility: "public" },
          headers: { "idempotency-key": `${key}-${client}-${turn}` },
        }),
    })
  }
  await ours()
  const { posts, reference } = await takeTurns(rounds, {
    posts: ours,
    reference: () => pgbench(aviary.databaseUrl, { clients, seconds, script: postScript(members.length) }),
  })
  return {
    name: `durable posts/s, ${clients} client${clients === 1 ? "" : "s"}`,
    value: posts.perSecond,
    unit: "posts/s",
    reference: { name: "pgbench, same rows", value: reference.perSecond },
    ...(clients === 16 ? { target: { least: TARGET } } : {}),
    note: loadNote(posts),
  }
}

export function loadNote(result: LoadResult): string {
  return `p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms, failed ${result.failed}`
}

/** What a post leaves in its transaction, as plain statements: its key, its event, its row, its tag. Counters are added up later. */
function postScript(members: number): string {
  return `
\\set id random(1, 9007199254740991)
\\set n random(1, ${members})
BEGIN;
SELECT id AS author FROM bench_members WHERE n = :n \\gset
INSERT INTO idempotency_keys (account_id, key, result_id, created_at)
  VALUES (:author, 'bench-' || :id::bigint, :id::bigint, now());
INSERT INTO events (stream, type, version, actor, data, occurred_at)
  VALUES ('post:' || :id::bigint, 'post.created', 1, :author::bigint, jsonb_build_object(
    'id', :id::bigint, 'author_id', :author::bigint, 'text', '${TEXTS[0]}', 'html', '<p>${TEXTS[0]}</p>',
    'spoiler_text', '', 'visibility', 'public', 'sensitive', false, 'language', null, 'reply_to_id', null,
    'reply_to_account_id', null, 'conversation_id', :id::bigint, 'mentions', '[]'::jsonb, 'tags', '["birds"]'::jsonb,
    'media_ids', '[]'::jsonb, 'poll', null, 'application', '{"name": "Bench", "website": null}'::jsonb), now());
INSERT INTO posts (id, author_id, text, html, spoiler_text, visibility, sensitive, conversation_id, tags, application, created_at)
  VALUES (:id::bigint, :author::bigint, '${TEXTS[0]}', '<p>${TEXTS[0]}</p>', '', 'public', false, :id::bigint, '{birds}',
    '{"name": "Bench", "website": null}', now());
INSERT INTO post_tags (tag, post_id, author_id) VALUES ('birds', :id::bigint, :author::bigint);
COMMIT;
`
}
