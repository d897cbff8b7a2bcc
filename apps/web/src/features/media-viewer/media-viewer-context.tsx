// How any page opens pictures full screen: `const view = useMediaViewer()`, then `view({ media, start })`. The viewer is loaded when
// it is first wanted.

import { Suspense, createContext, lazy, use, useCallback, useState } from "react"
import type { ReactNode } from "react"
import type { MediaAttachment } from "../../api/entities.ts"

export interface ViewRequest {
  readonly media: readonly MediaAttachment[]
  /** Which of them first. */
  readonly start: number
}

export type OpenMedia = (request: ViewRequest) => void

const MediaViewerContext = createContext<OpenMedia>(() => {})

export function useMediaViewer(): OpenMedia {
  return use(MediaViewerContext)
}

const MediaViewer = lazy(async () => {
  const { MediaViewer: component } = await import("./media-viewer.tsx")
  return { default: component }
})

export function MediaViewerProvider({ children }: { readonly children: ReactNode }) {
  const [request, setRequest] = useState<ViewRequest>()
  const close = useCallback(() => setRequest(undefined), [])
  return (
    <MediaViewerContext value={setRequest}>
      {children}
      {request && (
        <Suspense>
          <MediaViewer request={request} onClose={close} />
        </Suspense>
      )}
    </MediaViewerContext>
  )
}
