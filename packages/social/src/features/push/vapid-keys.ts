// The key pair by which push services know this server (RFC 8292). Made at the first use, once for all processes, and kept for
// good: browsers tie their subscriptions to it.

import webPush from "web-push"
import { z } from "zod"
import type { Core } from "../../core.ts"

export interface VapidKeys {
  /** Uncompressed point of P-256, base64url. */
  readonly publicKey: string
  readonly privateKey: string
}

const NAME = "vapid"
const stored = z.object({ publicKey: z.string(), privateKey: z.string() })

/** Gives the keys; they are asked of the database once. */
export function createVapidKeys({ db, clock }: Pick<Core, "db" | "clock">): () => Promise<VapidKeys> {
  let known: VapidKeys | undefined

  async function find(): Promise<VapidKeys | undefined> {
    const row = await db.selectFrom("server_keys").select("value").where("name", "=", NAME).executeTakeFirst()
    return row && stored.parse(row.value)
  }

  async function make(): Promise<VapidKeys> {
    await db
      .insertInto("server_keys")
      .values({
        name: NAME,
        value: JSON.stringify(webPush.generateVAPIDKeys()),
        created_at: new Date(clock.now()),
      })
      // Another process may have been quicker.
      .onConflict((row) => row.doNothing())
      .execute()
    const keys = await find()
    if (!keys) throw new Error("The keys of Web Push were not stored")
    return keys
  }

  return async function vapidKeys() {
    known ??= (await find()) ?? (await make())
    return known
  }
}
