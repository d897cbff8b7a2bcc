// Pictures of a page on each screen and in each theme: for the README, and for whoever judges what they made.

import { mkdir } from "node:fs/promises"
import path from "node:path"
import type { Page } from "playwright-core"
import sharp from "sharp"
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
  /** What the browser may complain about there, such as an address that does not exist. */
  readonly allow?: RegExp
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
        const visit = await world.visit({
          at: scene.at,
          screen: screens[screen],
          theme,
          ...(scene.as === undefined ? {} : { as: scene.as }),
        })
        if (scene.allow) visit.problems.allow(scene.allow)
        await settle(visit.page)
        await scene.arrange?.(visit.page)
        const file = path.join(options.directory, `${scene.name}-${screen}-${theme}.png`)
        // 256 colours are enough to look at, and a quarter of the bytes.
        await sharp(await visit.page.screenshot())
          .png({ palette: true })
          .toFile(file)
        await visit.end()
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
