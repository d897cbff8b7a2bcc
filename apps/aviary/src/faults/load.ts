// Members who post and like while something breaks. Remembers what the server has acknowledged, and what it left open: what
// was cut off or refused may or may not have become a post, and asking again with the same key makes it one.

import { setTimeout as delay } from "node:timers/promises"
import { ConnectionLost, createHttpClient, textOf } from "./http-client.ts"
import type { Answer, HttpClient } from "./http-client.ts"
import type { Member } from "./members.ts"

interface Attempt {
  readonly member: Member
  readonly text: string
  readonly key: string
}

export interface Ledger {
  /** id → text of the posts that were answered with 200. */
  readonly posts: Map<string, string>
  /** "account id, post id" of the likes that were answered with 200. */
  readonly likes: Set<string>
  /** Posts that were asked for and not acknowledged: they may be there or not. */
  readonly open: Attempt[]
  /** Answers that were not 200, as they came. */
  readonly refused: Answer[]
  /** Requests that never had a whole answer. */
  lost: number
  slowestMs: number
}

export interface Load {
  readonly ledger: Ledger
  /** No new requests from here on; resolves when those under way have ended. */
  stop(): Promise<void>
}

export interface LoadOptions {
  readonly url: string
  /** One client each. */
  readonly members: readonly Member[]
  /** Told in each post. */
  readonly mentioned: Member
  /** Makes texts and keys unique among several loads. */
  readonly name: string
  /** Requests of one client at most; default 2,000. */
  readonly limit?: number
}

/** What a client leaves between being refused and asking again: Retry-After is longer, but this load is to be felt. */
const REFUSED_PAUSE_MS = 50

export function emptyLedger(): Ledger {
  return { posts: new Map(), likes: new Set(), open: [], refused: [], lost: 0, slowestMs: 0 }
}

/** Starts the load. It goes on, also while it is refused, until `stop` or the limit. */
export function startLoad(options: LoadOptions): Load {
  const ledger = emptyLedger()
  const stopping = new AbortController()
  const clients = options.members.map((member, index) =>
    runClient({ options, member, ledger, signal: stopping.signal, name: `${options.name}-${index}` }),
  )
  return {
    ledger,
    async stop() {
      stopping.abort()
      await Promise.all(clients)
    },
  }
}

interface Client {
  readonly options: LoadOptions
  readonly member: Member
  readonly ledger: Ledger
  readonly signal: AbortSignal
  readonly name: string
}

/** Posts and likes by turns. A post that was refused or cut off is asked for again, with its key, as apps do. */
async function runClient({ options, member, ledger, signal, name }: Client): Promise<void> {
  const client = createHttpClient(options.url, member.token)
  let attempt: Attempt | undefined
  for (let n = 1; n <= (options.limit ?? 2_000) && !signal.aborted; n += 1) {
    const text = `${name} calls for the ${n}. time, @${options.mentioned.username} #${name.replaceAll("-", "")}`
    attempt ??= { member, text, key: `${name}/${n}` }
    const answer = await answerOf(ledger, post(client, attempt))
    if (answer?.status === 200) {
      ledger.posts.set(textOf(answer, "id"), attempt.text)
      attempt = undefined
      await tryLike(client, member, ledger)
    } else {
      await delay(REFUSED_PAUSE_MS, undefined, { signal }).catch(() => undefined)
    }
  }
  if (attempt) ledger.open.push(attempt)
  client.close()
}

function post(client: HttpClient, { text, key }: Attempt): Promise<Answer> {
  return client.post("/api/v1/statuses", { json: { status: text }, headers: { "idempotency-key": key } })
}

/** Likes one of the posts there are, of whomever. */
async function tryLike(client: HttpClient, member: Member, ledger: Ledger): Promise<void> {
  const ids = [...ledger.posts.keys()]
  const id = ids[(ids.length * 7) % Math.min(ids.length, 31)] ?? ids[0] ?? ""
  const answer = await answerOf(ledger, client.post(`/api/v1/statuses/${id}/favourite`))
  if (answer?.status === 200) ledger.likes.add(`${member.id} ${id}`)
}

async function answerOf(ledger: Ledger, asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    const answer = await asked
    ledger.slowestMs = Math.max(ledger.slowestMs, answer.ms)
    // The gateway lost the service in the middle of it: whether it was done is as open as with a cut connection.
    if (answer.status === 502) {
      ledger.lost += 1
      return undefined
    }
    if (answer.status !== 200) ledger.refused.push(answer)
    return answer
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
    ledger.lost += 1
    return undefined
  }
}

/** Asks again, with the same keys, for what was left open: afterwards each of these is one post, whatever had happened. */
export async function settleOpen(url: string, ledger: Ledger): Promise<void> {
  for (const attempt of ledger.open.splice(0)) {
    const client = createHttpClient(url, attempt.member.token)
    const answer = await post(client, attempt)
    client.close()
    if (answer.status !== 200) throw new Error(`"${attempt.text}" was answered with ${answer.status}`)
    ledger.posts.set(textOf(answer, "id"), attempt.text)
  }
}

/** Adds one ledger to another. */
export function addLedger(total: Ledger, more: Ledger): void {
  for (const [id, text] of more.posts) total.posts.set(id, text)
  for (const like of more.likes) total.likes.add(like)
  total.open.push(...more.open)
}
