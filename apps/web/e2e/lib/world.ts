// A whole Aviary with the built client, and Chromium to look at it: what every end-to-end test of the web client starts with.

import { execFile } from "node:child_process"
import path from "node:path"
import { promisify } from "node:util"
import { startAviary } from "@aviary/testkit"
import type { TestAviary, TestAviaryOptions, TestMember } from "@aviary/testkit"
import { chromium } from "playwright-core"
import type { Browser, BrowserContext, Page } from "playwright-core"
import { watchPage } from "./page-problems.ts"
import type { PageProblems } from "./page-problems.ts"

export interface Screen {
  readonly width: number
  readonly height: number
  /** Fingers instead of a pointer. */
  readonly touch: boolean
}

export const screens = {
  phone: { width: 390, height: 844, touch: true },
  tablet: { width: 820, height: 1180, touch: true },
  desktop: { width: 1440, height: 900, touch: false },
} as const satisfies Record<string, Screen>

export interface VisitOptions {
  /** Whose page it is; a visitor's when left out. */
  readonly as?: TestMember
  readonly screen?: Screen
  readonly theme?: "light" | "dark"
  readonly javaScript?: boolean
  /** False: a browser without service workers, in which every request is the page's own and can be held up. */
  readonly serviceWorker?: boolean
  readonly reducedMotion?: boolean
  readonly locale?: string
  /** Where to begin, as a path; `/` by default, `undefined` for nowhere yet. */
  readonly at?: string | undefined
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What the browser complained about. Checked when the visit ends; a test that provokes something says so by `allow`. */
  readonly problems: PageProblems
  /** Closes the window, and fails if the browser complained about anything that was not allowed. */
  readonly end: () => Promise<void>
}

export interface World {
  readonly aviary: TestAviary
  readonly url: string
  readonly browser: Browser
  /** A window of its own, with storage of its own. */
  visit(options?: VisitOptions): Promise<Visit>
  stop(): Promise<void>
}

const web = path.join(import.meta.dirname, "../..")

/** Builds the client where its sources are newer than what is built. */
async function buildClient(): Promise<void> {
  await promisify(execFile)(process.execPath, [path.join(web, "scripts/build.ts")])
}

/** A real clock runs: the browser's own is one, and the two are to agree. Rebuilding everything from the log is other tests' work. */
export async function startWorld(options: TestAviaryOptions = {}): Promise<World> {
  const started = new AsyncDisposableStack()
  try {
    await buildClient()
    const aviary = await startAviary({
      clock: "system",
      replayCheck: false,
      ...options,
      env: { AVIARY_WEB_CLIENT_DIRECTORY: path.join(web, "dist"), ...options.env },
    })
    started.defer(() => aviary.stop())
    const browser = await openBrowser()
    started.defer(() => browser.close())
    return {
      aviary,
      url: aviary.url,
      browser,
      visit: (visit) => openVisit(browser, aviary.url, visit),
      stop: () => started.disposeAsync(),
    }
  } catch (error) {
    await started.disposeAsync()
    throw error
  }
}

/** Debian's Chromium, as small and quiet as it can be. */
async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: "/usr/bin/chromium",
    // Pages are looked at as they are: with the scroll bar that takes its place beside them.
    ignoreDefaultArgs: ["--hide-scrollbars"],
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  })
}

async function openVisit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const screen = options.screen ?? screens.desktop
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: screen.width, height: screen.height },
    hasTouch: screen.touch,
    // As on phones: scroll bars lie over the page and take no room, and the viewport is the page's own to set.
    isMobile: screen.touch,
    colorScheme: options.theme ?? "light",
    reducedMotion: options.reducedMotion === false ? "no-preference" : "reduce",
    javaScriptEnabled: options.javaScript ?? true,
    locale: options.locale ?? "en-US",
    timezoneId: "UTC",
  })
  context.setDefaultTimeout(20_000)
  if (options.serviceWorker === false)
    await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, "serviceWorker"))
  const page = await context.newPage()
  const problems = watchPage(page)
  if (options.as) await signIn(page, options.as.token)
  if (!("at" in options) || options.at !== undefined) await page.goto(options.at ?? "/")
  return {
    page,
    context,
    problems,
    async end() {
      // A page that goes away may have requests under way, which a test answers.
      await page.unrouteAll({ behavior: "ignoreErrors" })
      await context.close()
      problems.check()
    },
  }
}

/** As if the member had signed in here before: the walk through the sign-in page is sign-in.test.ts's. */
async function signIn(page: Page, token: string): Promise<void> {
  await page.goto("/appearance.js")
  await page.evaluate((value) => localStorage.setItem("aviary:token", value), token)
}
