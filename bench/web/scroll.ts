// A scroll through home as a thumb does it, and how many of its frames came too late.

import type { Browser } from "playwright-core"
import { IN_PAGE, openWindow } from "./browser.ts"

export interface Scroll {
  /** Different posts that were in the page. */
  readonly posts: number
  /** Frames that a screen of 60 Hz would have shown, and how many of them there were not. */
  readonly frames: number
  readonly dropped: number
  readonly layoutShift: number
}

const PX_PER_SECOND = 4_000
const LONGEST_SECONDS = 240

interface ScrollOptions {
  readonly posts: number
  readonly speed: number
  readonly seconds: number
}

/** In the page: in-page.js's. */
function scroll(options: ScrollOptions): Promise<Scroll> {
  return (
    globalThis as unknown as { bench: { scroll: (given: ScrollOptions) => Promise<Scroll> } }
  ).bench.scroll(options)
}

/** Scrolls home until so many posts have been in the page. */
export async function scrollHome(
  browser: Browser,
  { origin, token, posts }: { origin: string; token: string; posts: number },
): Promise<Scroll> {
  const { page, close } = await openWindow(browser, origin, token)
  try {
    await page.goto("/")
    await page.locator("[role=feed] article").first().waitFor()
    await page.waitForLoadState("networkidle")
    return await page.evaluate(scroll, { posts, speed: PX_PER_SECOND, seconds: LONGEST_SECONDS })
  } finally {
    await close()
  }
}

/** The same on a page with nothing but lines of text: what the machine itself can do. */
export async function scrollBare(browser: Browser, { seconds }: { seconds: number }): Promise<Scroll> {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  try {
    const lines = Math.ceil((seconds * PX_PER_SECOND) / 18) + 100
    await page.addInitScript({ path: IN_PAGE })
    await page.goto("about:blank")
    await page.setContent(
      `<body style="font: 16px/18px sans-serif">${"<div>A line of text</div>".repeat(lines)}</body>`,
    )
    return await page.evaluate(scroll, { posts: 0, speed: PX_PER_SECOND, seconds })
  } finally {
    await page.close()
  }
}
