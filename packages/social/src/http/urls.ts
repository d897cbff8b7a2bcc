// Where things are on the web: every absolute URL that Aviary puts into an answer. Pure.

export interface Urls {
  readonly base: string
  /** Host and, unless it is the default, port: the domain of handles. */
  readonly domain: string
  account(username: string): string
  accountUri(username: string): string
  post(username: string, id: number): string
  postUri(username: string, id: number): string
  tag(name: string): string
  /** The URL of a file in the media store. */
  media(key: string): string
  readonly defaultAvatar: string
  readonly defaultHeader: string
  readonly streaming: string
  /** Where the web client takes the answer of the sign-in pages. */
  readonly webClientCallback: string
}

/** URLs under a base such as `https://birds.example` (no slash at the end). */
export function createUrls(base: string): Urls {
  return {
    base,
    domain: new URL(base).host,
    account: (username) => `${base}/@${username}`,
    accountUri: (username) => `${base}/users/${username}`,
    post: (username, id) => `${base}/@${username}/${id}`,
    postUri: (username, id) => `${base}/users/${username}/statuses/${id}`,
    tag: (name) => `${base}/tags/${encodeURIComponent(name)}`,
    media: (key) => `${base}/media/${key}`,
    defaultAvatar: `${base}/assets/avatar.png`,
    defaultHeader: `${base}/assets/header.png`,
    streaming: base.replace(/^http/, "ws"),
    webClientCallback: `${base}/signed-in`,
  }
}
