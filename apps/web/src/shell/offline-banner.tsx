// A thin line while there is no network, and a word when it is back. It takes its own place and covers nothing.

import { WifiOff } from "lucide-react"
import { useSyncExternalStore } from "react"
import { useT } from "../intl/translate.ts"

function subscribe(listener: () => void): () => void {
  addEventListener("online", listener)
  addEventListener("offline", listener)
  return () => {
    removeEventListener("online", listener)
    removeEventListener("offline", listener)
  }
}

function useOnline(): boolean {
  return useSyncExternalStore(subscribe, () => navigator.onLine)
}

export function OfflineBanner() {
  const t = useT()
  const online = useOnline()
  return (
    <div role="status">
      {!online && (
        <p className="flex min-h-9 items-center justify-center gap-2 bg-warning-soft px-4 py-1.5 text-center text-13 font-medium text-warning">
          <WifiOff size={16} aria-hidden className="shrink-0" />
          {t("shell.offline")}
        </p>
      )}
    </div>
  )
}
