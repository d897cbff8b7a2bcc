// `aviary emoji`: the community's own emoji, at a terminal.

import { readFile } from "node:fs/promises"
import { AppError, messageOf } from "@aviary/kit"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { withTools } from "./tools.ts"

export async function addEmoji(
  settings: AviarySettings,
  terminal: Terminal,
  emoji: { shortcode: string; file: string; category?: string },
): Promise<void> {
  const bytes = await readFile(emoji.file).catch((error: unknown) => {
    throw new AppError("command.invalid", { reason: `${emoji.file} cannot be read: ${messageOf(error)}` })
  })
  await withTools(settings, ({ addEmoji: add }) =>
    add({ shortcode: emoji.shortcode, bytes, category: emoji.category ?? null }),
  )
  terminal.line(`${terminal.style.good("✔")} :${emoji.shortcode}: can be used now`)
}

export async function removeEmoji(
  settings: AviarySettings,
  terminal: Terminal,
  shortcode: string,
): Promise<void> {
  await withTools(settings, ({ removeEmoji: remove }) => remove(shortcode))
  terminal.line(`${terminal.style.good("✔")} :${shortcode}: is gone`)
}
