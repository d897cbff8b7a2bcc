import assert from "node:assert/strict"
import { test } from "node:test"
import type { CustomEmoji } from "../api/entities.ts"
import { splitEmojis } from "./emoji-text.ts"

const emoji = (shortcode: string): CustomEmoji => ({
  shortcode,
  url: `/${shortcode}.png`,
  static_url: `/${shortcode}.png`,
  visible_in_picker: true,
  category: null,
})

test("known shortcodes become emoji and everything else stays as it was typed", () => {
  const wren = emoji("wren")
  const names = (text: string) =>
    splitEmojis(text, [wren]).map((part) => (typeof part === "string" ? part : `<${part.shortcode}>`))
  assert.deepEqual(names("hi :wren:!"), ["hi ", "<wren>", "!"])
  assert.deepEqual(names(":wren::wren:"), ["<wren>", "<wren>"])
  assert.deepEqual(names("at 10:30:15 :robin: :"), ["at 10:30:15 :robin: :"])
  assert.deepEqual(names(""), [""])
})
