// Says that a newer version waits, and opens what a notification was pressed for.

import { useRouter } from "@tanstack/react-router"
import { useEffect, useSyncExternalStore } from "react"
import { useT } from "../intl/translate.ts"
import { useToast } from "../ui/toast.tsx"
import { serviceWorkerClient } from "./service-worker-client.ts"

const STAYS_MS = 10 * 60_000

export function UpdatePrompt() {
  const t = useT()
  const toast = useToast()
  const waits = useSyncExternalStore(serviceWorkerClient.subscribe, serviceWorkerClient.updateWaits)
  useEffect(() => {
    if (!waits) return
    toast({
      text: t("shell.update"),
      action: { label: t("shell.update.action"), run: serviceWorkerClient.update },
      duration: STAYS_MS,
    })
  }, [waits, toast, t])
  useOpenedFromNotification()
  return null
}

function useOpenedFromNotification() {
  const router = useRouter()
  useEffect(() => {
    if (!("serviceWorker" in navigator)) return
    const { serviceWorker } = navigator
    const open = ({ data }: MessageEvent<{ type?: unknown; path?: unknown } | null>) => {
      if (data?.type === "open" && typeof data.path === "string" && data.path.startsWith("/"))
        void router.navigate({ to: data.path })
    }
    serviceWorker.addEventListener("message", open)
    return () => serviceWorker.removeEventListener("message", open)
  }, [router])
}
