import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestMember } from "@aviary/testkit"
import type { NewDomainEvent } from "../../events/event-log.ts"

let aviary: TestAviary
let names = 0

before(async () => {
  aviary = await startAviary()
})
after(() => aviary.stop())

// Members are made for each test, so that no test sees what another one did.
async function members<T extends number>(count: T): Promise<TestMember[] & { length: T }> {
  const made: TestMember[] = []
  for (let index = 0; index < count; index += 1) {
    names += 1
    made.push(await aviary.member(`bird${names}`))
  }
  return made as TestMember[] & { length: T }
}

/** Puts events in the log as the use cases would, whatever routes there are. */
async function happen(...events: NewDomainEvent[]): Promise<void> {
  await aviary.social.core.events.transact([], (tx) => tx.append(events))
}

const nextId = (): number => aviary.social.core.nextId()
const pair = (a: TestMember, b: TestMember): string => `pair:${a.id}:${b.id}`

function liked(by: TestMember, postId: string): NewDomainEvent {
  const data = { id: nextId(), account_id: Number(by.id), post_id: Number(postId) }
  return { type: "post.liked", stream: `post:${postId}`, actor: Number(by.id), data }
}

function unliked(by: TestMember, postId: string): NewDomainEvent {
  const data = { account_id: Number(by.id), post_id: Number(postId) }
  return { type: "post.unliked", stream: `post:${postId}`, actor: Number(by.id), data }
}

function reposted(by: TestMember, of: { id: string; account: { id: string } }): NewDomainEvent {
  const data = {
    id: nextId(),
    author_id: Number(by.id),
    repost_of_id: Number(of.id),
    original_author_id: Number(of.account.id),
    visibility: "public" as const,
  }
  return { type: "post.reposted", stream: `post:${of.id}`, actor: Number(by.id), data }
}

function followed(by: TestMember, whom: TestMember, options: { notify?: boolean } = {}): NewDomainEvent {
  const data = { ...follow(by, whom), notify: options.notify ?? false }
  return { type: "follow.created", stream: pair(by, whom), actor: Number(by.id), data }
}

function follow(by: TestMember, whom: TestMember) {
  return {
    id: nextId(),
    follower_id: Number(by.id),
    followee_id: Number(whom.id),
    show_reposts: true,
    notify: false,
    languages: null,
  }
}

function muted(by: TestMember, whom: TestMember, notifications: boolean): NewDomainEvent {
  const data = {
    id: nextId(),
    account_id: Number(by.id),
    target_id: Number(whom.id),
    notifications,
    expires_at: null,
  }
  return { type: "mute.created", stream: pair(by, whom), actor: Number(by.id), data }
}

function blocked(by: TestMember, whom: TestMember): NewDomainEvent {
  const data = { id: nextId(), account_id: Number(by.id), target_id: Number(whom.id) }
  return { type: "block.created", stream: pair(by, whom), actor: Number(by.id), data }
}

async function edit(by: TestMember, id: string, status: string): Promise<void> {
  assert.equal((await by.api.put(`/api/v1/statuses/${id}`, { status })).status, 200)
}

async function post(by: TestMember, status: string, more: Record<string, unknown> = {}) {
  const answer = await by.api.post("/api/v1/statuses", { status, ...more })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

interface Shown {
  readonly id: string
  readonly type: string
  readonly from: string
  readonly post: string | undefined
  readonly group: string
}

async function shown(member: TestMember, query = ""): Promise<Shown[]> {
  await aviary.settle()
  const { status, body } = await member.api.get(`/api/v1/notifications${query}`)
  assert.equal(status, 200)
  return body.map((one: Record<string, { id: string; acct: string }> & Record<string, string>) => ({
    id: one.id,
    type: one.type,
    from: one.account?.acct,
    post: one.status?.id,
    group: one.group_key,
  }))
}

async function types(member: TestMember, query = ""): Promise<string[]> {
  return (await shown(member, query)).map((one) => one.type)
}

test("each thing that others do is notified once, with who did it and to which post", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  const own = await post(alice, "mine")
  await happen(followed(bob, alice), liked(bob, own.id), reposted(bob, own))
  const mention = await post(bob, `hello @${alice.username}`)
  const found = await shown(alice)
  assert.deepEqual(
    found.map((one) => [one.type, one.from, one.post]),
    [
      ["mention", bob.username, mention.id],
      ["reblog", bob.username, own.id],
      ["favourite", bob.username, own.id],
      ["follow", bob.username, undefined],
    ],
  )
  assert.deepEqual(await types(bob), [])
})

test("nobody is notified of their own doing", async () => {
  const [alice] = await members(1)
  if (!alice) return
  const own = await post(alice, `I am @${alice.username}`)
  await happen(liked(alice, own.id), reposted(alice, own))
  assert.deepEqual(await types(alice), [])
})

test("nobody is notified of what the system did, such as an import", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  await happen({ ...followed(bob, alice), actor: null })
  assert.deepEqual(await types(alice), [])
})

test("an edit notifies the newly mentioned, and the reposters once", async () => {
  const [alice, bob, carol] = await members(3)
  if (!alice || !bob || !carol) return
  const own = await post(alice, `hello @${bob.username}`)
  await happen(reposted(carol, own))
  await edit(alice, own.id, `hello @${bob.username} and @${carol.username}`)
  await edit(alice, own.id, `hello again @${bob.username} and @${carol.username}`)
  assert.deepEqual(await types(bob), ["mention"])
  assert.deepEqual((await types(carol)).toSorted(), ["mention", "update"])
})

test("two edits that the consumer sees at once are one notification", async () => {
  const [alice, carol] = await members(2)
  if (!alice || !carol) return
  const own = await post(alice, "hello")
  await happen(reposted(carol, own))
  const { events } = aviary.social.core
  const edited = (text: string) => ({
    type: "post.edited" as const,
    stream: `post:${own.id}`,
    actor: Number(alice.id),
    data: {
      id: Number(own.id),
      author_id: Number(alice.id),
      text,
      html: `<p>${text}</p>`,
      spoiler_text: "",
      sensitive: false,
      language: null,
      mentions: [],
      added_mentions: [],
      tags: [],
      media_ids: [],
      media_changes: [],
      poll: null,
    },
  })
  // In one transaction, so in one batch.
  await events.transact([], (tx) => tx.append([edited("once"), edited("twice")]))
  await aviary.settle()
  assert.deepEqual(await types(carol), ["update"])
})

test("subscribers hear of posts, not of replies to others, reposts or direct ones", async () => {
  const [alice, bob, carol] = await members(3)
  if (!alice || !bob || !carol) return
  await happen(followed(bob, alice, { notify: true }), followed(carol, alice))
  const news = await post(alice, "news", { visibility: "private" })
  const others = await post(carol, "a thread")
  await post(alice, "a reply", { in_reply_to_id: others.id })
  await post(alice, "psst", { visibility: "direct" })
  await happen(reposted(alice, others))
  const self = await post(alice, "more news", { in_reply_to_id: news.id })
  assert.deepEqual(
    (await shown(bob)).map((one) => [one.type, one.post]),
    [
      ["status", self.id],
      ["status", news.id],
    ],
  )
  assert.deepEqual(await types(carol), ["reblog"])
})

test("a poll's end is told to its author and its voters", async () => {
  const [alice, bob, carol] = await members(3)
  if (!alice || !bob || !carol) return
  const own = await post(alice, "which?", { poll: { options: ["a", "b"], expires_in: 300 } })
  const about = { poll_id: Number(own.poll.id), post_id: Number(own.id) }
  const stream = `post:${own.id}`
  await happen(
    {
      type: "poll.voted",
      stream,
      actor: Number(bob.id),
      data: { ...about, account_id: Number(bob.id), choices: [0] },
    },
    { type: "poll.ended", stream, actor: null, data: { ...about, author_id: Number(alice.id) } },
  )
  assert.deepEqual(await types(alice), ["poll"])
  assert.deepEqual(await types(bob), ["poll"])
  assert.deepEqual(await types(carol), [])
})

test("blocks both ways, muted notifications and muted conversations silence", async () => {
  const [alice, blocker, blockee, mutee, quiet] = await members(5)
  if (!alice || !blocker || !blockee || !mutee || !quiet) return
  const own = await post(alice, "mine")
  await happen(
    blocked(blocker, alice),
    blocked(alice, blockee),
    muted(alice, mutee, true),
    muted(alice, quiet, false),
    ...[blocker, blockee, mutee, quiet].map((one) => liked(one, own.id)),
  )
  assert.deepEqual(
    (await shown(alice)).map((one) => [one.type, one.from]),
    [["favourite", quiet.username]],
  )
  const { rows } = await aviary.social.core.db
    .selectFrom("notifications")
    .select("id")
    .where("account_id", "=", Number(alice.id))
    .execute()
    .then((found) => ({ rows: found }))
  assert.equal(rows.length, 1)
  await happen({
    type: "conversation.muted",
    stream: `account:${alice.id}`,
    actor: Number(alice.id),
    data: { account_id: Number(alice.id), conversation_id: Number(own.id) },
  })
  await post(quiet, `@${alice.username} still there?`, { in_reply_to_id: own.id })
  assert.deepEqual(await types(alice), ["favourite"])
})

test("a block or mute that comes later hides what was there, and shows it again when it ends", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  await post(bob, `@${alice.username}`)
  assert.deepEqual(await types(alice), ["mention"])
  await happen(muted(alice, bob, true))
  assert.deepEqual(await types(alice), [])
  assert.equal((await alice.api.get("/api/v1/notifications/unread_count")).body.count, 0)
  const ended = { account_id: Number(alice.id), target_id: Number(bob.id) }
  await happen({ type: "mute.removed", stream: pair(alice, bob), actor: Number(alice.id), data: ended })
  assert.deepEqual(await types(alice), ["mention"])
})

test("an edit of a post that one reposted but may no longer see never notifies", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  const secret = await post(alice, "for followers", { visibility: "private" })
  await happen(followed(bob, alice), reposted(bob, secret))
  const removed = { follower_id: Number(bob.id), followee_id: Number(alice.id) }
  await happen({ type: "follow.removed", stream: pair(alice, bob), actor: Number(bob.id), data: removed })
  await edit(alice, secret.id, "changed")
  assert.deepEqual(await types(bob), [])
})

test("what is taken back takes its notification along, in one batch too", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  const own = await post(alice, "mine")
  const repost = reposted(bob, own)
  const removed = { follower_id: Number(bob.id), followee_id: Number(alice.id) }
  await happen(liked(bob, own.id), unliked(bob, own.id), liked(bob, own.id), repost, followed(bob, alice))
  assert.equal((await shown(alice)).length, 3)
  if (repost.type !== "post.reposted") return
  await happen(
    unliked(bob, own.id),
    {
      type: "post.repost_removed",
      stream: `post:${own.id}`,
      actor: Number(bob.id),
      data: { id: repost.data.id, author_id: Number(bob.id), repost_of_id: Number(own.id) },
    },
    { type: "follow.removed", stream: pair(alice, bob), actor: Number(bob.id), data: removed },
  )
  assert.deepEqual(await shown(alice), [])
})

test("a deleted post takes its notifications along", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  const mention = await post(bob, `@${alice.username}`)
  const [seen] = await shown(alice)
  const data = { id: Number(mention.id), author_id: Number(bob.id) }
  await happen({ type: "post.deleted", stream: `post:${mention.id}`, actor: Number(bob.id), data })
  // Before the consumer has run, too: the post is gone at once.
  assert.deepEqual((await alice.api.get("/api/v1/notifications")).body, [])
  assert.equal((await alice.api.get(`/api/v1/notifications/${seen?.id}`)).status, 404)
  assert.deepEqual((await alice.api.get("/api/v2/notifications")).body.notification_groups, [])
  await aviary.settle()
  const left = await aviary.social.core.db
    .selectFrom("notifications")
    .select("id")
    .where("post_id", "=", Number(mention.id))
    .execute()
  assert.deepEqual(left, [])
})

test("an accepted request is a follow, a withdrawn one is nothing", async () => {
  const [alice, bob, carol] = await members(3)
  if (!alice || !bob || !carol) return
  const asked = (by: TestMember): NewDomainEvent => ({
    type: "follow_request.created",
    stream: pair(by, alice),
    actor: Number(by.id),
    data: follow(by, alice),
  })
  await happen(asked(bob), asked(carol))
  assert.deepEqual(await types(alice), ["follow_request", "follow_request"])
  const withdrawn = { follower_id: Number(carol.id), followee_id: Number(alice.id) }
  await happen(followed(bob, alice), {
    type: "follow_request.removed",
    stream: pair(carol, alice),
    actor: Number(carol.id),
    data: withdrawn,
  })
  assert.deepEqual(
    (await shown(alice)).map((one) => [one.type, one.from]),
    [["follow", bob.username]],
  )
})

test("pages, types and accounts", async () => {
  const [alice, bob, carol] = await members(3)
  if (!alice || !bob || !carol) return
  const own = await post(alice, "mine")
  for (let count = 0; count < 3; count += 1) await post(bob, `@${alice.username} ${count}`)
  await happen(liked(bob, own.id), liked(carol, own.id), followed(carol, alice))
  const all = await shown(alice)
  assert.equal(all.length, 6)
  const first = await alice.api.get("/api/v1/notifications?limit=4")
  assert.equal(first.body.length, 4)
  assert.match(
    first.headers.get("link") ?? "",
    new RegExp(`max_id=${all[3]?.id}.*rel="next".*min_id=${all[0]?.id}`),
  )
  assert.deepEqual(await shown(alice, `?max_id=${all[3]?.id}`), all.slice(4))
  assert.deepEqual(await shown(alice, `?min_id=${all[5]?.id}&limit=2`), all.slice(3, 5))
  assert.deepEqual(await shown(alice, `?since_id=${all[5]?.id}&limit=2`), all.slice(0, 2))
  assert.deepEqual(new Set(await types(alice, "?types[]=mention")), new Set(["mention"]))
  assert.deepEqual(new Set(await types(alice, "?types=mention")), new Set(["mention"]))
  assert.deepEqual(await types(alice, "?exclude_types[]=mention&exclude_types[]=favourite"), ["follow"])
  assert.deepEqual(await types(alice, `?account_id=${carol.id}`), ["follow", "favourite"])
  assert.deepEqual(await types(alice, "?types[]=no.such"), [])
  assert.equal((await alice.api.get("/api/v1/notifications?limit=1000")).status, 200)
  assert.equal((await alice.api.get("/api/v1/notifications?max_id=abc")).status, 422)
  assert.equal((await alice.api.get("/api/v1/notifications/abc")).status, 404)
  assert.equal((await bob.api.get(`/api/v1/notifications/${all[0]?.id}`)).status, 404)
})

test("unread is what is above the marker", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  for (let count = 0; count < 3; count += 1) await post(bob, `@${alice.username} ${count}`)
  const all = await shown(alice)
  const unread = async (query = "") =>
    (await alice.api.get(`/api/v1/notifications/unread_count${query}`)).body.count
  assert.equal(await unread(), 3)
  assert.equal(await unread("?limit=2"), 2)
  await aviary.social.core.db
    .insertInto("markers")
    .values({
      account_id: Number(alice.id),
      timeline: "notifications",
      last_read_id: Number(all[1]?.id),
      version: 1,
      updated_at: new Date(),
    })
    .execute()
  assert.equal(await unread(), 1)
  assert.equal((await alice.api.get("/api/v2/notifications/unread_count")).body.count, 1)
})

test("dismiss and clear are one's own", async () => {
  const [alice, bob] = await members(2)
  if (!alice || !bob) return
  for (let count = 0; count < 3; count += 1) await post(bob, `@${alice.username} ${count}`)
  const all = await shown(alice)
  const dismiss = (by: TestMember, id: string | undefined) =>
    by.api.post(`/api/v1/notifications/${id}/dismiss`)
  assert.equal((await dismiss(bob, all[0]?.id)).status, 404)
  assert.deepEqual((await dismiss(alice, all[0]?.id)).body, {})
  assert.equal((await dismiss(alice, all[0]?.id)).status, 404)
  const asOlderClients = (by: TestMember, id: string | undefined) =>
    by.api.post("/api/v1/notifications/dismiss", { id })
  assert.equal((await asOlderClients(bob, all[1]?.id)).status, 404)
  assert.deepEqual((await asOlderClients(alice, all[1]?.id)).body, {})
  assert.equal((await shown(alice)).length, 1)
  assert.equal((await bob.api.post("/api/v1/notifications/clear")).status, 200)
  assert.equal((await shown(alice)).length, 1)
  assert.deepEqual((await alice.api.post("/api/v1/notifications/clear")).body, {})
  assert.deepEqual(await shown(alice), [])
})

test("scopes are asked for", async () => {
  names += 1
  const poster = await aviary.member(`bird${names}`, { scopes: ["read:statuses"] })
  for (const path of ["/api/v1/notifications", "/api/v2/notifications", "/api/v2/notifications/policy"]) {
    assert.equal((await poster.api.get(path)).status, 403, path)
    assert.equal((await aviary.api.get(path)).status, 401, path)
  }
  assert.equal((await poster.api.post("/api/v1/notifications/clear")).status, 403)
})

test("the policy says what holds: all is accepted, nothing is pending", async () => {
  const [alice] = await members(1)
  if (!alice) return
  const { body } = await alice.api.get("/api/v2/notifications/policy")
  assert.equal(body.for_not_following, "accept")
  assert.deepEqual((await alice.api.get("/api/v1/notifications/requests")).body, [])
  assert.deepEqual((await alice.api.get("/api/v1/notifications/requests/merged")).body, { merged: true })
  assert.equal((await alice.api.get("/api/v1/notifications/policy")).body.filter_not_following, false)
})

test("likes, reposts and follows are groups that begin within half a day", async () => {
  const crowd = await members(12)
  const alice = crowd[0]
  if (!alice) return
  const own = await post(alice, "mine")
  for (const fan of crowd.slice(1, 11)) await happen(liked(fan, own.id))
  aviary.clock.advance(3 * 3_600_000)
  const last = crowd[11]
  if (last) await happen(liked(last, own.id), followed(last, alice))
  await aviary.settle()
  const { body } = await alice.api.get("/api/v2/notifications")
  const [follows, likes] = body.notification_groups
  assert.deepEqual([follows.type, likes.type, body.notification_groups.length], ["follow", "favourite", 2])
  assert.equal(likes.notifications_count, 11)
  assert.equal(likes.status_id, own.id)
  assert.equal(likes.sample_account_ids.length, 8)
  assert.equal(likes.sample_account_ids[0], last?.id)
  assert.equal(typeof likes.most_recent_notification_id, "number")
  assert.equal(String(likes.most_recent_notification_id), likes.page_max_id)
  assert.equal(body.accounts.length, 8)
  assert.deepEqual(
    body.statuses.map((status: { id: string }) => status.id),
    [own.id],
  )
  assert.match(likes.group_key, new RegExp(`^favourite-${own.id}-\\d+$`))

  aviary.clock.advance(13 * 3_600_000)
  const later = crowd[1]
  if (later) await happen(unliked(later, own.id), liked(later, own.id))
  await aviary.settle()
  const keys = (await alice.api.get("/api/v2/notifications")).body.notification_groups.map(
    (group: { group_key: string }) => group.group_key,
  )
  assert.equal(new Set(keys).size, 3)
})

test("groups: pages, single groups, their accounts, partial accounts, dismissal", async () => {
  const crowd = await members(5)
  const alice = crowd[0]
  const bob = crowd[1]
  if (!alice || !bob) return
  const posts = [await post(alice, "one"), await post(alice, "two")]
  for (const fan of crowd.slice(1)) await happen(...posts.map((one) => liked(fan, one.id)))
  const mention = await post(bob, `@${alice.username}`)
  await aviary.settle()
  const get = async (query: string) => alice.api.get(`/api/v2/notifications${query}`)
  const all = (await get("")).body.notification_groups
  assert.deepEqual(
    all.map((group: { type: string; notifications_count: number }) => [
      group.type,
      group.notifications_count,
    ]),
    [
      ["mention", 1],
      ["favourite", 4],
      ["favourite", 4],
    ],
  )
  const first = await get("?limit=1")
  assert.deepEqual(
    first.body.statuses.map((status: { id: string }) => status.id),
    [mention.id],
  )
  assert.match(first.headers.get("link") ?? "", new RegExp(`max_id=${all[0].page_min_id}>`))
  const second = await get(`?limit=2&max_id=${all[0].page_min_id}`)
  assert.deepEqual(
    second.body.notification_groups.map((group: { group_key: string }) => group.group_key),
    [all[1].group_key, all[2].group_key],
  )
  const above = await get(`?limit=5&min_id=${all[1].page_max_id}`)
  assert.deepEqual(
    above.body.notification_groups.map((group: { group_key: string }) => group.group_key),
    [all[0].group_key],
  )
  const alone = (await get("?grouped_types[]=reblog")).body.notification_groups
  assert.equal(alone.length, 9)
  assert.match(alone[1].group_key, /^ungrouped-\d+$/)

  const partial = (await get("?expand_accounts=partial_avatars&types[]=favourite")).body
  assert.equal(partial.accounts.length, 1)
  assert.equal(partial.partial_accounts.length, 3)
  assert.equal((await get("?expand_accounts=nonsense")).status, 422)

  const one = await get(`/${all[1].group_key}`)
  assert.equal(one.body.notification_groups[0].notifications_count, 4)
  assert.equal((await get(`/${alone[1].group_key}`)).body.notification_groups[0].notifications_count, 1)
  assert.equal((await get("/favourite-1-1")).status, 404)
  assert.equal((await bob.api.get(`/api/v2/notifications/${all[1].group_key}`)).status, 404)
  const accounts = await get(`/${all[1].group_key}/accounts?limit=3`)
  assert.equal(accounts.body.length, 3)
  assert.match(accounts.headers.get("link") ?? "", /rel="next"/)

  assert.equal((await alice.api.get("/api/v2/notifications/unread_count")).body.count, 3)
  assert.equal((await alice.api.post(`/api/v2/notifications/${all[1].group_key}/dismiss`)).status, 200)
  assert.equal((await get("")).body.notification_groups.length, 2)
})
