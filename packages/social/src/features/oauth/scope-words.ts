// Scopes in plain words, for the page that asks a member. Pure.

const WORDS: Readonly<Record<string, string>> = {
  read: "See everything that you see: your feed, posts, follows, lists, notifications and settings",
  write: "Act as you: publish and delete posts, like, repost, upload media and change your profile",
  follow: "Follow, unfollow, mute and block accounts for you",
  push: "Send you notifications while the app is closed",
  profile: "See your name, picture and profile address, and nothing else",
  "admin:read": "See what the staff of this server sees, if you are one of them",
  "admin:write": "Do what the staff of this server may do, if you are one of them",
}

const THINGS: Readonly<Record<string, string>> = {
  accounts: "your account and profile",
  blocks: "whom you block",
  bookmarks: "your bookmarks",
  conversations: "your conversations",
  favourites: "what you like",
  filters: "your filters",
  follows: "whom you follow",
  lists: "your lists",
  media: "your media",
  mutes: "whom you mute",
  notifications: "your notifications",
  reports: "your reports to the staff",
  search: "search results",
  statuses: "posts",
}

/** One sentence a scope; those that another one of the list includes are left out. */
export function scopeSentences(scopes: readonly string[]): string[] {
  const broad = scopes.filter((scope) => !scopes.some((other) => scope.startsWith(`${other}:`)))
  return [...new Set(broad.map(sentence))]
}

function sentence(scope: string): string {
  const known = WORDS[scope]
  if (known !== undefined) return known
  const [, staff, verb = "", thing = ""] = /^(admin:)?(read|write):(\w+)$/.exec(scope) ?? []
  const name = thing.replaceAll("_", " ")
  if (staff !== undefined)
    return `${verb === "read" ? "See" : "Change"} ${name} of this server, if you are staff`
  const own = THINGS[thing] ?? name
  return verb === "read" ? `See ${own}` : `Change ${own}`
}
