// What a URL of this server's own stands for: a member pastes a link into the search field and means what it shows. Pure.

import { parseId } from "@aviary/kit"
import type { Urls } from "../../http/urls.ts"

export type LocalUrl =
  | { readonly kind: "account"; readonly username: string }
  | { readonly kind: "post"; readonly username: string; readonly id: number }
  | { readonly kind: "tag"; readonly name: string }

const PROFILE = /^\/(?:@|users\/)([A-Za-z0-9_]{1,30})\/?$/
const POST = /^\/(?:@([A-Za-z0-9_]{1,30})|users\/([A-Za-z0-9_]{1,30})\/statuses)\/(\d{1,16})\/?$/
const TAG = /^\/tags\/([^/]{1,500})\/?$/

/** Undefined for what is no URL, or one of another server, or of no account, post or tag. Names are as written. */
export function localUrl(text: string, urls: Urls): LocalUrl | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { host, pathname } = new URL(text)
  if (host !== urls.domain) return undefined
  const [, account] = PROFILE.exec(pathname) ?? []
  if (account !== undefined) return { kind: "account", username: account }
  const [, byHandle, byUri, digits = ""] = POST.exec(pathname) ?? []
  const username = byHandle ?? byUri
  const id = parseId(digits)
  if (username !== undefined && id !== undefined) return { kind: "post", username, id }
  const [, tag] = TAG.exec(pathname) ?? []
  return tag === undefined ? undefined : tagOf(tag)
}

function tagOf(encoded: string): LocalUrl | undefined {
  try {
    return { kind: "tag", name: decodeURIComponent(encoded) }
  } catch {
    return undefined
  }
}
