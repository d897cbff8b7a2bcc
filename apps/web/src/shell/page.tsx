// A page that is not written with posts: an even margin and a readable width.

import type { ReactNode } from "react"

export function PageBody({ children }: { readonly children: ReactNode }) {
  return <div className="px-4 py-6 rail:px-6">{children}</div>
}
