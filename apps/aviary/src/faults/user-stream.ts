// A member's app that listens to the user stream (WebSocket) and remembers the mentions that it was told of.

import { waitUntil } from "./wait-until.ts"

export interface UserStream {
  /** Ids of the posts whose mention arrived, in their order. */
  mentions(): readonly string[]
  close(): void
}

export async function openUserStream(url: string, token: string): Promise<UserStream> {
  const address = new URL("/api/v1/streaming?stream=user", url.replace(/^http/, "ws"))
  address.searchParams.set("access_token", token)
  const socket = new WebSocket(address)
  const told: string[] = []
  socket.addEventListener("message", (message) => {
    const { event, payload } = JSON.parse(String(message.data)) as { event: string; payload: string }
    if (event !== "notification") return
    const notification = JSON.parse(payload) as { type: string; status?: { id: string } }
    if (notification.type === "mention" && notification.status) told.push(notification.status.id)
  })
  await waitUntil("open stream", () => socket.readyState === WebSocket.OPEN)
  return { mentions: () => told, close: () => socket.close() }
}
