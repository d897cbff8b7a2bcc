// How any page opens the composer: `const compose = useComposer()`, then `compose({ kind: "reply", status })`. The composer itself
// is the compose feature's; this file only carries the wish to it, so that no page has to load it beforehand.

import { Suspense, createContext, lazy, use, useCallback, useState } from "react"
import type { ReactNode } from "react"
import type { Status, Visibility } from "../api/entities.ts"

export type ComposeRequest =
  | { readonly kind: "new"; readonly text?: string; readonly visibility?: Visibility }
  | { readonly kind: "reply"; readonly status: Status }
  | { readonly kind: "quote"; readonly status: Status }
  | { readonly kind: "edit"; readonly status: Status }
  /** A post that was deleted to be written anew: as the deletion answered it, with `text`. */
  | { readonly kind: "redraft"; readonly status: Status }
  | { readonly kind: "draft"; readonly draftId: string }

export type OpenComposer = (request: ComposeRequest) => void

const ComposerContext = createContext<OpenComposer>(() => {})

export function useComposer(): OpenComposer {
  return use(ComposerContext)
}

const ComposeDialog = lazy(async () => {
  const { ComposeDialog: component } = await import("../features/compose/compose-dialog.tsx")
  return { default: component }
})

export function ComposerProvider({ children }: { readonly children: ReactNode }) {
  const [request, setRequest] = useState<ComposeRequest>()
  const close = useCallback(() => setRequest(undefined), [])
  return (
    <ComposerContext value={setRequest}>
      {children}
      {request && (
        <Suspense>
          <ComposeDialog request={request} onClose={close} />
        </Suspense>
      )}
    </ComposerContext>
  )
}
