// OAuth scopes as Mastodon's clients use them. Pure.
// Source: https://docs.joinmastodon.org/api/oauth-scopes/

const READ = [
  "accounts",
  "blocks",
  "bookmarks",
  "favourites",
  "filters",
  "follows",
  "lists",
  "mutes",
  "notifications",
  "search",
  "statuses",
]
const WRITE = [
  "accounts",
  "blocks",
  "bookmarks",
  "conversations",
  "favourites",
  "filters",
  "follows",
  "lists",
  "media",
  "mutes",
  "notifications",
  "reports",
  "statuses",
]
const ADMIN = [
  "accounts",
  "reports",
  "domain_allows",
  "domain_blocks",
  "ip_blocks",
  "email_domain_blocks",
  "canonical_email_blocks",
]
const FOLLOW = ["read:blocks", "write:blocks", "read:follows", "write:follows", "read:mutes", "write:mutes"]

export const knownScopes: readonly string[] = [
  "read",
  ...READ.map((name) => `read:${name}`),
  "write",
  ...WRITE.map((name) => `write:${name}`),
  "follow",
  "push",
  "profile",
  "admin:read",
  ...ADMIN.map((name) => `admin:read:${name}`),
  "admin:write",
  ...ADMIN.map((name) => `admin:write:${name}`),
]

/** The scopes of a space-separated list (`+` and `,` happen too); undefined when one is unknown. Empty means `read`. */
export function parseScopes(text: string): string[] | undefined {
  const scopes = [...new Set(text.split(/[\s+,]+/).filter(Boolean))]
  if (scopes.length === 0) return ["read"]
  return scopes.every((scope) => knownScopes.includes(scope)) ? scopes : undefined
}

/** Whether what was granted covers `needed`: itself, its parent (`read` covers `read:lists`), or the old `follow`. */
export function coversScope(granted: readonly string[], needed: string): boolean {
  if (granted.includes(needed)) return true
  // `profile` is the least that shows who somebody is: whoever may read accounts may see that too.
  if (needed === "profile") return coversScope(granted, "read:accounts")
  const parent = needed.slice(0, needed.lastIndexOf(":"))
  if (parent !== "" && granted.includes(parent)) return true
  return granted.includes("follow") && FOLLOW.includes(needed)
}
