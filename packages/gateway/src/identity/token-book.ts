// What is known of tokens, by their SHA-256: never a token itself. Bounded, good and bad ones apart, so that inventing tokens
// pushes no real one out. Knows no time but what it is told.

import { hash } from "node:crypto"

export interface Known {
  /** Which token and account it is of; undefined for a bad token. */
  readonly tokenId: number | undefined
  readonly accountId: number | undefined
  /** For second chances at eviction. */
  used: boolean
}

export interface TokenBook<K extends Known> {
  get(name: string): K | undefined
  put(name: string, known: K): void
  delete(name: string): void
  /** Forgets what is known of a token or an account; how many. */
  forget(of: "token" | "account", id: number): number
  clear(): void
  readonly size: number
}

/** The name under which a token is known. */
export function tokenName(token: string): string {
  return hash("sha256", token, "base64url")
}

/** `max`: good ones at most, and bad ones at most. */
export function createTokenBook<K extends Known>(max: number): TokenBook<K> {
  const good = new Map<string, K>()
  const bad = new Map<string, K>()
  const names = { token: new Map<number, Set<string>>(), account: new Map<number, Set<string>>() }

  function index(of: "token" | "account", id: number | undefined, name: string): void {
    if (id === undefined) return
    const known = names[of].get(id)
    if (known) known.add(name)
    else names[of].set(id, new Set([name]))
  }

  function unindex(of: "token" | "account", id: number | undefined, name: string): void {
    if (id === undefined) return
    const known = names[of].get(id)
    known?.delete(name)
    if (known?.size === 0) names[of].delete(id)
  }

  function remove(name: string): void {
    bad.delete(name)
    const known = good.get(name)
    if (!known) return
    good.delete(name)
    unindex("token", known.tokenId, name)
    unindex("account", known.accountId, name)
  }

  /** The oldest goes, unless it was used since it was looked at last (CLOCK). */
  function evict(from: Map<string, K>): void {
    for (const [name, known] of from) {
      if (!known.used) return remove(name)
      known.used = false
      from.delete(name)
      from.set(name, known)
    }
  }

  return {
    get(name) {
      const known = good.get(name) ?? bad.get(name)
      if (known) known.used = true
      return known
    },
    put(name, known) {
      remove(name)
      const into = known.tokenId === undefined ? bad : good
      if (into.size >= max) evict(into)
      into.set(name, known)
      index("token", known.tokenId, name)
      index("account", known.accountId, name)
    },
    delete: remove,
    forget(of, id) {
      const found = [...(names[of].get(id) ?? [])]
      for (const name of found) remove(name)
      return found.length
    },
    clear() {
      good.clear()
      bad.clear()
      names.token.clear()
      names.account.clear()
    },
    get size() {
      return good.size + bad.size
    },
  }
}
