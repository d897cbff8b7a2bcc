// Which answers to people who are not signed in may be kept, for how long, and what they are made of. A path that is not here
// is never kept. Times are Mastodon's for such answers (15 s, 30 s more while a new one is made); what says little that changes
// is kept longer. Tags are coarse where an answer is made of much: purge-tags.ts names what an event purges.

import type { KeepPolicy } from "../../http/kept-answer.ts"

/** The tags that are not of one post or account. */
export const sharedTags = {
  /** Lists of posts by many: public and tag timelines, search, threads. */
  lists: "lists",
  /** Every answer that shows a post. */
  posts: "posts",
  /** Every answer that shows an account. */
  accounts: "accounts",
  /** What the server says of itself, custom emoji included. */
  server: "server",
} as const

export const postTag = (id: unknown): string => `post:${String(id)}`
export const accountTag = (id: unknown): string => `account:${String(id)}`

const { lists, posts, accounts, server } = sharedTags

const changing = { maxAge: 15, staleWhileRevalidate: 30, staleIfError: 3_600 }
const settled = { maxAge: 60, staleWhileRevalidate: 300, staleIfError: 86_400 }

const ofLists: KeepPolicy = { ...changing, tags: () => [lists, posts, accounts] }
const ofAccounts: KeepPolicy = { ...changing, tags: () => [accounts] }
const ofPost: KeepPolicy = { ...changing, tags: ({ id }) => [postTag(id), posts, accounts] }
const ofThread: KeepPolicy = { ...changing, tags: ({ id }) => [postTag(id), lists, posts, accounts] }
const ofAccount: KeepPolicy = { ...changing, tags: ({ id }) => [accountTag(id), accounts] }
const ofAccountsPosts: KeepPolicy = {
  ...changing,
  tags: ({ id }) => [accountTag(id), lists, posts, accounts],
}
const ofServer: KeepPolicy = { ...settled, tags: () => [server] }

/** By the path of a GET route. */
export const keepPolicies: Readonly<Record<string, KeepPolicy>> = {
  "/api/v1/timelines/public": ofLists,
  "/api/v1/timelines/tag/:hashtag": ofLists,
  "/api/v1/tags/:name": ofLists,
  "/api/v1/statuses": ofLists,
  "/api/v1/statuses/:id": ofPost,
  "/api/v1/statuses/:id/context": ofThread,
  "/api/v1/statuses/:id/history": ofPost,
  "/api/v1/statuses/:id/favourited_by": ofPost,
  "/api/v1/statuses/:id/reblogged_by": ofPost,
  "/api/v1/accounts": ofAccounts,
  "/api/v1/accounts/lookup": ofAccounts,
  "/api/v1/accounts/:id": ofAccount,
  "/api/v1/accounts/:id/statuses": ofAccountsPosts,
  "/api/v1/accounts/:id/followers": ofAccount,
  "/api/v1/accounts/:id/following": ofAccount,
  "/api/v1/directory": ofAccounts,
  "/api/v1/instance": ofServer,
  "/api/v2/instance": ofServer,
  "/api/v1/instance/rules": ofServer,
  "/api/v1/instance/peers": ofServer,
  "/api/v1/instance/domain_blocks": ofServer,
  "/api/v1/instance/activity": ofServer,
  "/api/v1/instance/extended_description": ofServer,
  "/api/v1/instance/privacy_policy": ofServer,
  "/api/v1/instance/translation_languages": ofServer,
  "/api/v1/custom_emojis": ofServer,
  // The front page greets who is signed in, by a cookie.
  "/": { ...changing, variesByCookie: true, tags: () => [server, accounts] },
  "/about": ofServer,
  "/@:username": ofLists,
  "/@:username/:id": ofThread,
  "/tags/:name": ofLists,
}
