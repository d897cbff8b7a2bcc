// What a link in a post leads to: its title, where it is, and its picture.

import { FileText } from "lucide-react"
import type { PreviewCard } from "../../api/entities.ts"
import { Picture } from "../../ui/picture.tsx"
import { isSafeHref } from "../../ui/post-links.ts"

export function LinkCard({ card }: { readonly card: PreviewCard }) {
  if (!isSafeHref(card.url)) return null
  const host = new URL(card.url).hostname.replace(/^www\./, "")
  const isWide = card.image !== null && card.width > card.height * 1.3
  const meta = { original: { width: card.width, height: card.height } }
  return (
    <a
      href={card.url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className={`mt-3 flex overflow-hidden rounded-12 border transition-colors hover:bg-hover ${isWide ? "flex-col" : ""}`}
    >
      {card.image === null ? (
        <span aria-hidden className="flex w-20 shrink-0 items-center justify-center bg-sunken text-quiet">
          <FileText size={24} />
        </span>
      ) : (
        <Picture
          url={card.image}
          alt={card.image_description ?? ""}
          blurhash={card.blurhash}
          meta={meta}
          className={isWide ? "aspect-[1.91] w-full" : "w-24 shrink-0"}
        />
      )}
      <span className="block min-w-0 px-3 py-2.5">
        <span className="block truncate text-13 text-quiet">{card.provider_name || host}</span>
        <span dir="auto" className="line-clamp-2 text-15 font-medium">
          {card.title || card.url}
        </span>
        {card.description !== "" && (
          <span dir="auto" className="line-clamp-2 text-13 text-quiet">
            {card.description}
          </span>
        )}
      </span>
    </a>
  )
}
