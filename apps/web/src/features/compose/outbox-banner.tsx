// What waits to be sent: seen, and taken back or tried at once by who does not want to wait.

import { Hourglass } from "lucide-react"
import { useEffect, useState } from "react"
import { useT } from "../../intl/translate.ts"
import { useComposer } from "../../shell/composer.tsx"
import { useOutbox, useWaitingPosts } from "./outbox-context.tsx"

/** Most posts are sent before anybody could read that they wait. */
const SHOW_AFTER_MS = 1_500

export function OutboxBanner() {
  const t = useT()
  const outbox = useOutbox()
  const compose = useComposer()
  const waiting = useWaitingPosts()
  const isLate = useLate(waiting.length > 0)
  const [first] = waiting
  if (!outbox || !first || !isLate) return <div role="status" />
  const takeBack = async () => {
    await outbox.takeBack(first.id)
    compose({ kind: "draft", draftId: first.draft.id })
  }
  return (
    <div role="status">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b bg-accent-soft px-4 py-1.5 text-15">
        <Hourglass size={16} aria-hidden className="shrink-0 text-accent" />
        <span className="min-w-0 flex-1">{t("compose.waiting", { count: waiting.length })}</span>
        <button
          type="button"
          className="touch-target min-h-9 rounded-8 px-2 text-accent hover:underline"
          onClick={() => void takeBack()}
        >
          {t("compose.waiting.edit")}
        </button>
        <button
          type="button"
          className="touch-target min-h-9 rounded-8 px-2 font-medium text-accent hover:underline"
          onClick={() => void outbox.flush()}
        >
          {t("compose.waiting.now")}
        </button>
      </div>
    </div>
  )
}

function useLate(active: boolean): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!active) return
    const timer = setTimeout(() => setLate(true), SHOW_AFTER_MS)
    return () => {
      clearTimeout(timer)
      setLate(false)
    }
  }, [active])
  return active && late
}
