// Where a picture of a draft can be seen: the server's preview, or the file itself while there is none.

import { useEffect, useState } from "react"
import type { DraftMedia } from "./draft.ts"

export function useMediaUrl({ file, previewUrl }: Pick<DraftMedia, "file" | "previewUrl">): string | null {
  const [own, setOwn] = useState<string | null>(null)
  useEffect(() => {
    if (previewUrl !== null || !file) return
    const url = URL.createObjectURL(file)
    // The address is made and released with the effect: it keeps the whole file in memory.
    // oxlint-disable-next-line react/set-state-in-effect
    setOwn(url)
    return () => URL.revokeObjectURL(url)
  }, [file, previewUrl])
  return previewUrl ?? own
}
