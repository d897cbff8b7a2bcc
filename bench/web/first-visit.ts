// A first visit to home: how long until one can do something with it, what of it was JavaScript, and what moved while it came.

import type { Browser, CDPSession, Page } from "playwright-core"
import { openWindow } from "./browser.ts"

export interface FirstVisit {
  /** Milliseconds from the start of the navigation until a post is on the screen. */
  readonly postsMs: number
  /** Until a key that moves to a post has moved there, and the frame with it has been made. */
  readonly interactiveMs: number
  /** Bytes over the wire of all scripts that came until then, without their heads. */
  readonly scriptBytes: number
  /** Sum of all layout shifts until the page has come to rest. */
  readonly layoutShift: number
}

/** What in-page.js holds. */
interface Seen {
  readonly postsMs?: number
  readonly interactiveMs?: number
  readonly layoutShift: number
}

interface InPage {
  readonly bench?: { readonly seen: Seen }
}

export async function firstVisit(
  browser: Browser,
  { origin, token, slowdown }: { origin: string; token: string; slowdown: number },
): Promise<FirstVisit> {
  const { page, cdp, close } = await openWindow(browser, origin, token)
  try {
    const scriptBytes = await countScripts(cdp)
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowdown })
    await page.goto("/", { waitUntil: "commit" })
    const { postsMs, interactiveMs } = await until(page, (seen) => seen.interactiveMs !== undefined)
    const bytes = scriptBytes()
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 })
    await page.waitForLoadState("networkidle")
    const { layoutShift } = await until(page, () => true)
    return { postsMs: postsMs ?? NaN, interactiveMs: interactiveMs ?? NaN, scriptBytes: bytes, layoutShift }
  } finally {
    await close()
  }
}

async function until(page: Page, done: (seen: Seen) => boolean): Promise<Seen> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    const seen = await page.evaluate(() => (globalThis as unknown as InPage).bench?.seen)
    if (seen && done(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("Home was not there within a minute")
}

/** Counts from now on; the function that comes back says how much it is. */
async function countScripts(cdp: CDPSession): Promise<() => number> {
  /** Bytes of the head of each script's answer. */
  const heads = new Map<string, number>()
  let bytes = 0
  cdp.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script") heads.set(requestId, response.encodedDataLength)
  })
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const head = heads.get(requestId)
    if (head !== undefined) bytes += encodedDataLength - head
  })
  await cdp.send("Network.enable")
  return () => bytes
}
