// Text with the community's emoji in it.

import type { CustomEmoji } from "../api/entities.ts"
import { splitEmojis } from "./emoji-text.ts"

interface EmojiTextProps {
  readonly text: string
  readonly emojis: readonly CustomEmoji[]
}

export function EmojiText({ text, emojis }: EmojiTextProps) {
  return splitEmojis(text, emojis).map((part, place) =>
    typeof part === "string" ? (
      part
    ) : (
      // Parts of one text keep their order: the place is the key.
      // oxlint-disable-next-line react/no-array-index-key
      <EmojiPicture key={place} emoji={part} />
    ),
  )
}

function EmojiPicture({ emoji }: { readonly emoji: CustomEmoji }) {
  const code = `:${emoji.shortcode}:`
  return (
    <img
      src={emoji.static_url}
      alt={code}
      title={code}
      width={20}
      height={20}
      loading="lazy"
      draggable={false}
      className="mx-px inline-block size-[1.25em] object-contain align-[-0.25em]"
    />
  )
}
