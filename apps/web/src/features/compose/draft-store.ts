// Drafts and posts that wait to be sent, in this browser's IndexedDB: they outlive reloads and crashes. Each member's are their own.

import { createStore, entries, get, promisifyRequest } from "idb-keyval"
import type { UseStore } from "idb-keyval"
import type { Draft } from "./draft.ts"

/** A post on its way. */
export interface WaitingPost {
  readonly id: string
  readonly draft: Draft
  /** The server makes the same post only once for it. */
  readonly idempotencyKey: string
  readonly queuedAt: number
}

export interface Shelf<T extends { readonly id: string }> {
  get(member: string, id: string): Promise<T | undefined>
  put(member: string, value: T): Promise<void>
  remove(member: string, id: string): Promise<void>
  /** In no particular order. */
  list(member: string): Promise<T[]>
}

function createShelf<T extends { readonly id: string }>(database: string): Shelf<T> {
  // Opened when it is first used: private windows of some browsers have none, and must be able to read all the same.
  let opened: ReturnType<typeof createStore> | undefined
  const store = () => (opened ??= createStore(database, "posts"))
  const keyOf = (member: string, id: string) => `${member}/${id}`
  return {
    get: (member, id) => get<T>(keyOf(member, id), store()),
    put: (member, value) => commit(store(), (posts) => posts.put(value, keyOf(member, value.id))),
    remove: (member, id) => commit(store(), (posts) => posts.delete(keyOf(member, id))),
    async list(member) {
      const all = await entries<string, T>(store())
      return all.filter(([key]) => key.startsWith(`${member}/`)).map(([, value]) => value)
    },
  }
}

/** Commits in so many words: a page that goes away no longer hears that the change was taken, and would never commit by itself. */
async function commit(store: UseStore, change: (posts: IDBObjectStore) => void): Promise<void> {
  await store("readwrite", async (posts) => {
    change(posts)
    posts.transaction.commit()
    await promisifyRequest(posts.transaction)
  })
}

export const drafts: Shelf<Draft> = createShelf("aviary-drafts")
export const waitingPosts: Shelf<WaitingPost> = createShelf("aviary-outbox")
