// The appearance for React.

import { useSyncExternalStore } from "react"
import { appearance } from "./appearance.ts"
import type { Appearance } from "./appearance.ts"

export function useAppearance(): [Appearance, (change: Partial<Appearance>) => void] {
  return [useSyncExternalStore(appearance.subscribe, appearance.get), appearance.set]
}
