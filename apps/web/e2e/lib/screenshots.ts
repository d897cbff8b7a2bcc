// Pictures of a page on each screen and in each theme: for the README, and for whoever judges what they made.

import { mkdir } from "node:fs/promises"
import path from "node:path"
import type { Page } from "playwright-core"
import type { TestMember } from "@aviary/testkit"
import { screens } from "./world.ts"
import type { World } from "./world.ts"

export interface Scene {
  /** Of the files: `home` becomes `home-phone-dark.png`. */
  readonly name: string
  readonly at: string
  readonly as?: TestMember
  /** Brings the page to what is to be seen: opens a menu, scrolls. */
  readonly arrange?: (page: Page) => Promise<void>
}

export interface MatrixOptions {
  readonly directory: string
  readonly screens?: readonly (keyof typeof screens)[]
  readonly themes?: readonly ("light" | "dark")[]
}

/** Takes every scene on every screen in every theme; what the browser complains about fails it. */
export async function takeScreenshots(
  world: World,
  scenes: readonly Scene[],
  options: MatrixOptions,
): Promise<void> {
  await mkdir(options.directory, { recursive: true })
  for (const scene of scenes)
    for (const screen of options.screens ?? ["phone", "tablet", "desktop"])
      for (const theme of options.themes ?? ["light", "dark"]) {
        const { page, end } = await world.visit({
          at: scene.at,
          screen: screens[screen],
          theme,
          ...(scene.as === undefined ? {} : { as: scene.as }),
        })
        await settle(page)
        await scene.arrange?.(page)
        await page.screenshot({ path: path.join(options.directory, `${scene.name}-${screen}-${theme}.png`) })
        await end()
      }
}

/** Until the page has asked for all it wants and the pictures that are to be seen are there. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle")
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      // What is not laid out, such as a bar of another screen, is never asked for where it is lazy.
      if (image.complete || !image.checkVisibility()) return true
      const { top, bottom } = image.getBoundingClientRect()
      return top > innerHeight || bottom < 0
    }),
  )
}
