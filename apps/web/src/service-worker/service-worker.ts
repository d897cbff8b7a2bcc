// Keeps the client itself on the device, so that it opens without a network, and shows notifications that are pushed. It must never
// keep an answer of the API or a page that was made for a member: the shell in its cache is the same for everybody.

/// <reference lib="webworker" />

import { parsePush, pathOfNotification } from "./push.ts"
import { handlingOf } from "./routing.ts"

declare const self: ServiceWorkerGlobalScope
/** Paths of the built files, put in by the build. */
declare const PRECACHED: readonly string[]
/** Changes with the built files. */
declare const VERSION: string

const SHELL = "/shell"
const CACHE = `aviary-${VERSION}`
const PICTURES = "aviary-pictures"
const MOST_PICTURES = 300
const precached: ReadonlySet<string> = new Set(PRECACHED)

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) =>
      cache.addAll([
        ...PRECACHED,
        // What goes by a fixed name must not come out of the browser's own cache.
        new Request(SHELL, { cache: "reload" }),
      ]),
    ),
  )
})

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOldCaches().then(() => self.clients.claim()))
})

self.addEventListener("fetch", (event) => {
  const { request } = event
  const asked = {
    method: request.method,
    mode: request.mode,
    destination: request.destination,
    url: new URL(request.url),
  }
  switch (handlingOf(asked, self.location.origin, precached)) {
    case "asset":
      return event.respondWith(fromCache(request))
    case "page":
      return event.respondWith(fetch(request).catch(() => shell()))
    case "picture":
      return event.respondWith(pictureOf(request))
    case "network":
      return undefined
  }
})

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting()
})

self.addEventListener("push", (event) => {
  const push = parsePush(event.data?.text() ?? "")
  // Browsers take the permission away from whoever is pushed to and shows nothing.
  event.waitUntil(
    self.registration.showNotification(push.title, {
      body: push.body,
      icon: push.icon ?? "/icons/icon-192.png",
      badge: "/icons/badge-96.png",
      tag: push.tag,
      data: { path: pathOfNotification(push) },
    }),
  )
})

self.addEventListener("notificationclick", (event) => {
  event.notification.close()
  const { path } = event.notification.data as { path: string }
  event.waitUntil(openAt(path))
})

async function dropOldCaches() {
  const names = await caches.keys()
  await Promise.all(
    names
      .filter((name) => name.startsWith("aviary-") && name !== CACHE && name !== PICTURES)
      .map((name) => caches.delete(name)),
  )
}

async function fromCache(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request)
}

async function shell(): Promise<Response> {
  const cache = await caches.open(CACHE)
  return (await cache.match(SHELL)) ?? Response.error()
}

async function pictureOf(request: Request): Promise<Response> {
  const cache = await caches.open(PICTURES)
  const kept = await cache.match(request)
  if (kept) return kept
  const fresh = await fetch(request)
  if (fresh.status === 200) {
    await cache.put(request, fresh.clone())
    const all = await cache.keys()
    await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PICTURES)).map((old) => cache.delete(old)))
  }
  return fresh
}

/** In a window that is open already, if there is one. */
async function openAt(path: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  const [first] = windows
  if (!first) {
    await self.clients.openWindow(path)
    return
  }
  await first.focus()
  first.postMessage({ type: "open", path })
}
