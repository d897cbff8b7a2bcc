// Who asks: a token is asked about once, remembered while changes are heard of, and goes to instances as a signed identity that
// is made once a token and minute. Forgets at once what was revoked. Where nobody can be asked, requests pass as they came and
// the instances check for themselves, so that this is never what a request fails of.

import type { Log } from "@aviary/kit"
import { messageOf } from "@aviary/kit"
import type { Identified, Introspected, RefusalReason } from "./identified.ts"
import type { IdentityConfig } from "./identity-schema.ts"
import { isToken } from "./find-token.ts"
import type { AccessNews } from "./service-news.ts"
import { signIdentity } from "./sign-identity.ts"
import type { SigningKeys } from "./signing-keys.ts"
import type { Known } from "./token-book.ts"
import { createTokenBook, tokenName } from "./token-book.ts"

export interface Identity {
  /** Who a token is, when that is known now: no promise on the way of a request. */
  known(token: string): Identified | undefined
  /** Who a token is; asks where that is not known. Never rejects. */
  identify(token: string): Promise<Identified>
  /** Takes in what the service tells. */
  hear(news: AccessNews): void
  /** Forgets tokens, and all tokens of accounts, so that they are asked about anew; how many were known. */
  forget(what: Forgotten): number
  stats(): IdentityStats
}

export interface Forgotten {
  /** As clients show them. */
  readonly tokens?: readonly string[]
  /** Account ids. */
  readonly accounts?: readonly number[]
}

export interface IdentityStats {
  readonly tokens: number
  /** Times that the service was asked, and times that it did not answer. */
  readonly asked: number
  readonly unanswered: number
  readonly signed: number
  readonly forgotten: number
}

export interface IdentityDeps {
  readonly config: Pick<IdentityConfig, "audience" | "lifetime" | "keep" | "keepRefused" | "maxTokens">
  /** Asks the service; rejects when no service answers. */
  readonly introspect: (token: string) => Promise<Introspected>
  readonly keys: Pick<SigningKeys, "current" | "onRotation">
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly log: Log
}

/** How long a good token is believed while changes are not heard of. */
const DEAF_KEEP_MS = 1_000
/** Tokens that are asked about at once; beyond it requests pass as they came. */
const MAX_ASKING = 1_000
/** A signed identity is not used for its last seconds: the request must arrive, and clocks differ. */
const MARGIN_MS = 10_000

interface Entry extends Known {
  readonly what: Introspected
  /** Beyond this it is asked about again, meanwhile it serves; beyond twice that it does not. */
  readonly freshUntil: number
  readonly keptUntil: number
  identified: Identified
  /** When the signature should be made anew, and when it must not be used any more. */
  renewAt: number
  usableUntil: number
  renewing: boolean
}

export function createIdentity(deps: IdentityDeps): Identity {
  const { config, keys, now, log } = deps
  const book = createTokenBook<Entry>(config.maxTokens)
  const asking = new Map<string, Promise<Identified>>()
  const refusals = new Map<RefusalReason, { authorization: string; usableUntil: number }>()
  const counts = { asked: 0, unanswered: 0, signed: 0, forgotten: 0 }
  let hears = false
  /** Counts changes: an answer that was asked for before one must not be kept after it. */
  let changes = 0

  keys.onRotation(() => {
    refusals.clear()
  })

  function known(token: string): Identified | undefined {
    const name = tokenName(token)
    const entry = book.get(name)
    if (!entry) return undefined
    const time = now()
    if (time >= entry.keptUntil || time >= entry.usableUntil) return undefined
    if (time >= entry.freshUntil || time >= entry.renewAt) renew(name, token, entry)
    return entry.identified
  }

  /** Asks or signs anew while the old one serves. */
  function renew(name: string, token: string, entry: Entry): void {
    if (entry.renewing) return
    entry.renewing = true
    const renewed = now() >= entry.freshUntil ? ask(name, token) : resign(name, entry)
    void renewed.finally(() => {
      entry.renewing = false
    })
  }

  async function identify(token: string): Promise<Identified> {
    const found = known(token)
    if (found) return found
    if (!isToken(token)) return refuse("unknown", token)
    const name = tokenName(token)
    const entry = book.get(name)
    if (entry && now() < entry.freshUntil)
      return resign(name, entry).then(
        () => entry.identified,
        () => unasked(token),
      )
    return ask(name, token)
  }

  /** One asking a token, however many wait for it. */
  function ask(name: string, token: string): Promise<Identified> {
    const under = asking.get(name)
    if (under) return under
    if (asking.size >= MAX_ASKING) return Promise.resolve(unasked(token))
    const answer = askService(name, token).finally(() => asking.delete(name))
    asking.set(name, answer)
    return answer
  }

  async function askService(name: string, token: string): Promise<Identified> {
    counts.asked += 1
    const before = changes
    try {
      const what = await deps.introspect(token)
      const entry = await entryOf(what)
      if (before === changes) book.put(name, entry)
      return entry.identified
    } catch (error) {
      counts.unanswered += 1
      log.debug({ error: messageOf(error) }, "nobody could be asked about a token")
      return unasked(token)
    }
  }

  async function entryOf(what: Introspected): Promise<Entry> {
    const { authorization, signedAt } = await sign(what)
    const keep = what.active ? (hears ? config.keep : DEAF_KEEP_MS) : config.keepRefused
    const time = now()
    return {
      what,
      tokenId: what.active ? what.facts.tokenId : undefined,
      accountId: what.active ? what.facts.accountId : undefined,
      freshUntil: time + keep,
      // Without news nothing is believed beyond its time.
      keptUntil: time + (hears && what.active ? 2 * keep : keep),
      identified: identifiedOf(what, authorization),
      ...signingTimes(signedAt),
      renewing: false,
      used: false,
    }
  }

  function signingTimes(signedAt: number): { renewAt: number; usableUntil: number } {
    const usable = Math.max(config.lifetime - MARGIN_MS, config.lifetime / 2)
    return { renewAt: signedAt + usable * 0.8, usableUntil: signedAt + usable }
  }

  async function resign(name: string, entry: Entry): Promise<void> {
    const { authorization, signedAt } = await sign(entry.what)
    // It may have been forgotten meanwhile, and must not come back; who holds the entry may still finish his request.
    entry.identified = identifiedOf(entry.what, authorization)
    Object.assign(entry, signingTimes(signedAt))
  }

  async function sign(what: Introspected): Promise<{ authorization: string; signedAt: number }> {
    const signedAt = now()
    if (!what.active) return { authorization: await refusal(what.reason), signedAt }
    counts.signed += 1
    return { authorization: await bearer(what, signedAt), signedAt }
  }

  async function bearer(what: Introspected, time: number): Promise<string> {
    const options = { key: keys.current(), audience: config.audience, lifetimeMs: config.lifetime, now: time }
    return `Bearer ${await signIdentity(what, options)}`
  }

  /** All bad tokens share one signature: making one for each would be work that anybody could cause. */
  async function refusal(reason: RefusalReason): Promise<string> {
    const made = refusals.get(reason)
    const time = now()
    if (made && time < made.usableUntil) return made.authorization
    counts.signed += 1
    const authorization = await bearer({ active: false, reason }, time)
    // An entry may be made with it at its end, and used for its whole time.
    refusals.set(reason, { authorization, usableUntil: time + config.lifetime / 4 })
    return authorization
  }

  async function refuse(reason: RefusalReason, token: string): Promise<Identified> {
    return refusal(reason).then(
      (authorization) => ({ kind: "refused", reason, authorization }) as const,
      () => unasked(token),
    )
  }

  return {
    known,
    identify,
    hear(news) {
      changes += 1
      if (news.type === "change") {
        counts.forgotten += book.forget(news.of, news.id)
        return
      }
      hears = news.type === "complete"
      counts.forgotten += book.size
      book.clear()
    },
    forget({ tokens = [], accounts = [] }) {
      // What is being asked about just now must not be kept either.
      changes += 1
      const before = book.size
      for (const token of tokens) book.delete(tokenName(token))
      for (const id of accounts) book.forget("account", id)
      const forgotten = before - book.size
      counts.forgotten += forgotten
      return forgotten
    },
    stats: () => ({ ...counts, tokens: book.size }),
  }
}

function unasked(token: string): Identified {
  return { kind: "unasked", authorization: `Bearer ${token}` }
}

function identifiedOf(what: Introspected, authorization: string): Identified {
  if (!what.active) return { kind: "refused", reason: what.reason, authorization }
  const { facts } = what
  if (facts.accountId === undefined) return { kind: "app", facts, authorization }
  return { kind: "member", facts, accountId: facts.accountId, authorization }
}
