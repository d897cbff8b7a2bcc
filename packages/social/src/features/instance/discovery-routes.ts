// How other programs find out what is here: host-meta, WebFinger, NodeInfo.

import { AppError } from "@aviary/kit"
import { z } from "zod"
import type { Core } from "../../core.ts"
import { field } from "../../http/input.ts"
import type { Route } from "../../http/route.ts"
import { Reply, route } from "../../http/route.ts"
import type { Urls } from "../../http/urls.ts"
import { html } from "../web-pages/html.ts"
import { takesNewcomers } from "../community/community-settings.ts"
import type { Usage } from "./usage-counts.ts"
import { aviaryVersion } from "./version.ts"

const CACHED = { "cache-control": "public, max-age=300" }
const NODEINFO_VERSIONS = ["2.0", "2.1"] as const

export function createDiscoveryRoutes(
  deps: Pick<Core, "db" | "urls" | "community"> & { usage: Usage },
): Route[] {
  const { db, urls } = deps
  return [
    route({
      method: "GET",
      path: "/.well-known/host-meta",
      summary: "Where WebFinger is (XML)",
      access: "public",
      handle: async () =>
        new Reply(hostMeta(urls), {
          headers: { ...CACHED, "content-type": "application/xrd+xml; charset=utf-8" },
        }),
    }),
    route({
      method: "GET",
      path: "/.well-known/webfinger",
      summary: "The member of an address or URL",
      access: "public",
      input: z.object({ resource: field.text(2_000) }),
      async handle({ input }) {
        const name = usernameOf(input.resource, urls)
        const account =
          name === undefined
            ? undefined
            : await db
                .selectFrom("accounts")
                .select(["username", "avatar"])
                .where("username_key", "=", name.toLowerCase())
                .where("suspended_at", "is", null)
                .executeTakeFirst()
        if (!account) throw new AppError("record.not_found")
        return new Reply(webFinger(account, urls), {
          headers: { ...CACHED, "content-type": "application/jrd+json; charset=utf-8" },
        })
      },
    }),
    route({
      method: "GET",
      path: "/.well-known/nodeinfo",
      summary: "Where NodeInfo is",
      access: "public",
      handle: async () => ({
        links: NODEINFO_VERSIONS.map((version) => ({
          rel: `http://nodeinfo.diaspora.software/ns/schema/${version}`,
          href: `${urls.base}/nodeinfo/${version}`,
        })),
      }),
    }),
    ...NODEINFO_VERSIONS.map((version) =>
      route({
        method: "GET",
        path: `/nodeinfo/${version}`,
        summary: `What software this is, and how much it is used (NodeInfo ${version})`,
        access: "public",
        handle: async () => new Reply(await nodeInfo(version, deps), { headers: CACHED }),
      }),
    ),
  ]
}

function hostMeta(urls: Urls): string {
  const template = `${urls.base}/.well-known/webfinger?resource={uri}`
  return html`<?xml version="1.0" encoding="UTF-8"?>
    <XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
      <Link rel="lrdd" template="${template}" />
    </XRD> `.markup
}

/** The user name of `acct:name@domain`, `name@domain`, or a profile's URL. */
function usernameOf(resource: string, urls: Urls): string | undefined {
  const [, name, domain] = /^(?:acct:)?@?(\w+)@([^@/]+)$/.exec(resource) ?? []
  if (name !== undefined) return domain?.toLowerCase() === urls.domain.toLowerCase() ? name : undefined
  if (!resource.startsWith(`${urls.base}/`)) return undefined
  return /^\/(?:@|users\/)(\w+)$/.exec(resource.slice(urls.base.length))?.[1]
}

function webFinger(account: { username: string; avatar: string | null }, urls: Urls): object {
  const { username } = account
  return {
    subject: `acct:${username}@${urls.domain}`,
    aliases: [urls.account(username), urls.accountUri(username)],
    links: [
      { rel: "http://webfinger.net/rel/profile-page", type: "text/html", href: urls.account(username) },
      {
        rel: "http://webfinger.net/rel/avatar",
        href: account.avatar ? urls.media(account.avatar) : urls.defaultAvatar,
      },
    ],
  }
}

async function nodeInfo(
  version: (typeof NODEINFO_VERSIONS)[number],
  { usage, community }: Pick<Core, "community"> & { usage: Usage },
): Promise<object> {
  const counts = await usage.counts()
  return {
    version,
    software: { name: "aviary", version: aviaryVersion },
    protocols: [],
    services: { inbound: [], outbound: [] },
    usage: {
      users: {
        total: counts.members,
        activeMonth: counts.activeMonth,
        activeHalfyear: counts.activeHalfYear,
      },
      localPosts: counts.posts,
    },
    openRegistrations: takesNewcomers(community.now().registrations),
    // Tells clients that do not know Aviary which API it speaks.
    metadata: { upstream: { name: "mastodon" }, nodeName: community.now().title },
  }
}
