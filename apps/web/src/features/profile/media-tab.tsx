// A member's pictures, side by side, to the first they ever posted. What is sensitive shows its colours only and opens its post.

import { useInfiniteQuery } from "@tanstack/react-query"
import { useNavigate } from "@tanstack/react-router"
import { EyeOff, Play } from "lucide-react"
import { useCallback, useMemo } from "react"
import type { ReactNode } from "react"
import type { Account, Status } from "../../api/entities.ts"
import { itemsOf, pagedQuery } from "../../api/paging.ts"
import { useT } from "../../intl/translate.ts"
import { useApi } from "../../session/client-context.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Picture } from "../../ui/picture.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { useMediaViewer } from "../media-viewer/media-viewer-context.tsx"
import { postLink } from "../post/post-paths.ts"
import { VirtualList } from "../timeline/virtual-list.tsx"
import { mediaRows } from "./media-rows.ts"
import type { MediaTile } from "./media-rows.ts"

interface MediaTabProps {
  readonly account: Account
  readonly empty: ReactNode
}

const ESTIMATED_ROW_PX = 200

export function MediaTab({ account, empty }: MediaTabProps) {
  const t = useT()
  const api = useApi()
  const list = useInfiniteQuery(
    pagedQuery<readonly Status[]>(api, {
      key: ["account", account.id, "media"],
      path: `/api/v1/accounts/${account.id}/statuses`,
      query: { only_media: true },
    }),
  )
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list
  const rows = useMemo(() => mediaRows(itemsOf(list.data)), [list.data])
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  if (list.isPending) return <GridSkeleton />
  if (list.isError && rows.length === 0)
    return <ErrorState error={list.error} busy={list.isFetching} onRetry={() => void list.refetch()} />
  if (rows.length === 0 && !hasNextPage) return empty
  return (
    <>
      <VirtualList
        label={t("profile.tab.media")}
        name="media"
        items={rows}
        keyOf={({ id }) => id}
        estimate={ESTIMATED_ROW_PX}
        onNearEnd={more}
      >
        {({ tiles }) => (
          <article data-row tabIndex={-1} className="grid grid-cols-3 gap-0.5 pb-0.5">
            {tiles.map((tile) => (
              <Tile key={tile.media.id} tile={tile} />
            ))}
          </article>
        )}
      </VirtualList>
      {isFetchingNextPage && (
        <p className="flex justify-center py-6 text-quiet">
          <Spinner label={t("ui.loading")} />
        </p>
      )}
      {isFetchNextPageError && (
        <ErrorState
          compact
          error={list.error}
          busy={isFetchingNextPage}
          onRetry={() => void fetchNextPage()}
        />
      )}
    </>
  )
}

function Tile({ tile: { status, media, place } }: { readonly tile: MediaTile }) {
  const t = useT()
  const view = useMediaViewer()
  const navigate = useNavigate()
  const post = status.reblog ?? status
  const isFilm = media.type === "video" || media.type === "gifv"
  const open = () => {
    if (post.sensitive) void navigate(postLink(post))
    else view({ media: post.media_attachments.filter(({ type }) => type !== "audio"), start: place })
  }
  return (
    <button
      type="button"
      aria-label={t(post.sensitive ? "profile.media.sensitive" : "profile.media.open", {
        description: media.description || t("profile.media.undescribed"),
      })}
      className="relative block aspect-square min-w-0 overflow-hidden focus-visible:-outline-offset-4"
      onClick={open}
    >
      <Picture
        url={media.preview_url ?? media.url}
        alt=""
        blurhash={media.blurhash}
        meta={media.meta}
        covered={post.sensitive}
        className="size-full"
      />
      {(post.sensitive || isFilm) && (
        <span aria-hidden className="absolute inset-0 flex items-center justify-center">
          <span className="flex size-11 items-center justify-center rounded-full bg-shade text-on-shade">
            {post.sensitive ? <EyeOff size={20} /> : <Play size={20} fill="currentColor" />}
          </span>
        </span>
      )}
    </button>
  )
}

const skeletonTiles = [0, 1, 2, 3, 4, 5, 6, 7, 8]

function GridSkeleton() {
  const t = useT()
  return (
    <div role="status" className="grid animate-late grid-cols-3 gap-0.5">
      <span className="sr-only">{t("ui.loading")}</span>
      {skeletonTiles.map((place) => (
        <span key={place} aria-hidden className="aspect-square bg-sunken" />
      ))}
    </div>
  )
}
