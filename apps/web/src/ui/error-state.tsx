// A page or a part of it that could not be had: what happened, and a retry that comes by itself with growing pauses where that can
// help. It must never show a server's message or a status number to a member as the explanation.

import { CloudOff, Hourglass, LockKeyhole, SearchX, TriangleAlert } from "lucide-react"
import { useEffect, useEffectEvent, useState } from "react"
import { useLocation } from "@tanstack/react-router"
import { ApiError, isWorthRetrying, retryPause } from "../api/api-error.ts"
import type { ApiErrorKind } from "../api/api-error.ts"
import { useT } from "../intl/translate.ts"
import { Button } from "./button.tsx"
import { errorWords } from "./error-words.ts"
import { ButtonLink } from "./link.tsx"

interface ErrorStateProps {
  readonly error: unknown
  /** Asks again. Without it there is no retry. */
  readonly onRetry?: () => void
  readonly busy?: boolean
  /** In a list, below what is there already. */
  readonly compact?: boolean
}

/** By itself at 8 s, 16 s, 30 s, 30 s …: beyond what the queries have tried already. */
const ATTEMPTS_BEFORE = 4

export function ErrorState({ error, onRetry, busy = false, compact = false }: ErrorStateProps) {
  const t = useT()
  const { kind } = ApiError.from(error)
  const words = errorWords(kind)
  useRetry(error, onRetry)
  return (
    <div
      role="alert"
      className={`mx-auto flex max-w-sm flex-col items-center px-6 text-center ${compact ? "py-8" : "py-16"}`}
    >
      {!compact && (
        <span
          aria-hidden
          className="mb-4 flex size-16 items-center justify-center rounded-full bg-sunken text-quiet"
        >
          <KindIcon kind={kind} />
        </span>
      )}
      <p className="text-18 font-strong text-balance">{t(words.title)}</p>
      <p className="mt-1 text-15 text-pretty text-quiet">{t(words.text)}</p>
      <WayOut kind={kind} compact={compact} busy={busy} onRetry={onRetry} />
    </div>
  )
}

interface WayOutProps {
  readonly kind: ApiErrorKind
  readonly compact: boolean
  readonly busy: boolean
  readonly onRetry: (() => void) | undefined
}

/** Asking again with a session that has ended, or for what is not there, leads nowhere. */
function WayOut({ kind, compact, busy, onRetry }: WayOutProps) {
  const t = useT()
  const { href } = useLocation()
  if (kind === "unauthorised")
    return (
      <ButtonLink to="/sign-in" search={{ next: href }} look="primary" className="mt-5">
        {t("shell.expired.action")}
      </ButtonLink>
    )
  if (kind === "missing" && !compact)
    return (
      <ButtonLink to="/" className="mt-5">
        {t("shell.missing.action")}
      </ButtonLink>
    )
  if (!onRetry) return null
  return (
    <Button className="mt-5" busy={busy} onClick={onRetry}>
      {t("ui.retry")}
    </Button>
  )
}

function useRetry(error: unknown, onRetry: (() => void) | undefined) {
  const [attempt, setAttempt] = useState(0)
  const retry = useEffectEvent(() => onRetry?.())
  const worth = onRetry !== undefined && isWorthRetrying(error)
  useEffect(() => {
    if (!worth) return
    const again = () => {
      setAttempt((count) => count + 1)
      retry()
    }
    const timer = setTimeout(again, retryPause(attempt + ATTEMPTS_BEFORE, error))
    addEventListener("online", again)
    return () => {
      clearTimeout(timer)
      removeEventListener("online", again)
    }
  }, [worth, attempt, error])
}

function KindIcon({ kind }: { readonly kind: ApiErrorKind }) {
  const size = 28
  switch (kind) {
    case "offline":
      return <CloudOff size={size} />
    case "unauthorised":
    case "forbidden":
      return <LockKeyhole size={size} />
    case "missing":
      return <SearchX size={size} />
    case "limited":
      return <Hourglass size={size} />
    case "refused":
    case "failed":
      return <TriangleAlert size={size} />
  }
}
