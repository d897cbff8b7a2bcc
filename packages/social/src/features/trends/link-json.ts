// A link that many share, as Mastodon's Trends::Link. Pure. Nothing is fetched from where it leads: who runs a server does not
// want it to call on whatever members write, so that a link is shown by its address.

import { idTime } from "@aviary/kit"

const DAY_MS = 86_400_000
const DAYS = 7

/** A public use of a link. */
export interface LinkUse {
  readonly id: number
  readonly author_id: number
}

export function linkJson(url: string, uses: readonly LinkUse[], now: number): object {
  const { hostname, origin, pathname } = new URL(url)
  const title = decodedPath(pathname)
  return {
    url,
    title: title === "" ? hostname : title,
    description: "",
    language: null,
    type: "link",
    author_name: "",
    author_url: "",
    authors: [],
    provider_name: hostname,
    provider_url: origin,
    html: "",
    width: 0,
    height: 0,
    image: null,
    image_description: "",
    embed_url: "",
    blurhash: null,
    published_at: null,
    history: historyOf(uses, now),
  }
}

/** The last part of a path as words: `/2026/the-kestrel.html` → `the kestrel`. */
function decodedPath(pathname: string): string {
  const last = pathname.split("/").findLast((part) => part !== "") ?? ""
  try {
    return decodeURIComponent(last)
      .replace(/\.[a-z]{2,5}$/i, "")
      .replaceAll(/[-_+]+/g, " ")
      .trim()
  } catch {
    return last
  }
}

function historyOf(uses: readonly LinkUse[], now: number): object[] {
  const today = now - (now % DAY_MS)
  return Array.from({ length: DAYS }, (_, back) => {
    const day = today - back * DAY_MS
    const ofDay = uses.filter(({ id }) => idTime(id) >= day && idTime(id) < day + DAY_MS)
    return {
      day: String(day / 1_000),
      uses: String(ofDay.length),
      accounts: String(new Set(ofDay.map((use) => use.author_id)).size),
    }
  })
}
