// Chromium for the benchmark of the web client: a phone's window, signed in, with nothing in its cache.

import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import type { Browser, CDPSession, Page } from "playwright-core"

/** The script that measures inside the page. */
export const IN_PAGE = fileURLToPath(new URL("./in-page.js", import.meta.url))

/** Debian's. Frames are painted by the processor: there is no graphics card behind it. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  })
}

export interface Window {
  readonly page: Page
  readonly cdp: CDPSession
  readonly close: () => Promise<void>
}

/** A window of 390 × 844 with storage of its own in which a member is signed in; no page of the client has been loaded in it. */
export async function openWindow(browser: Browser, origin: string, token: string): Promise<Window> {
  const context = await browser.newContext({
    baseURL: origin,
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 1,
    isMobile: true,
    hasTouch: true,
    locale: "en-US",
  })
  const page = await context.newPage()
  await page.goto("/appearance.js")
  await page.evaluate(`localStorage.setItem("aviary:token", ${JSON.stringify(token)})`)
  await page.addInitScript({ path: IN_PAGE })
  const cdp = await context.newCDPSession(page)
  // What has been fetched to sign in must not count as cached.
  await cdp.send("Network.clearBrowserCache")
  return { page, cdp, close: () => context.close() }
}
