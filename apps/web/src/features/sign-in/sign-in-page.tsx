// Sends the browser to the server's own sign-in page, where the password is typed, and says so while it goes.

import { useSearch } from "@tanstack/react-router"
import { useEffect, useState } from "react"
import { useT } from "../../intl/translate.ts"
import { useClient } from "../../session/client-context.tsx"
import { usePageTitle } from "../../shell/page-header.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Spinner } from "../../ui/spinner.tsx"

export function SignInPage() {
  const t = useT()
  const { oauth } = useClient()
  const { next } = useSearch({ from: "/sign-in" })
  const [error, setError] = useState<unknown>()
  const [attempt, setAttempt] = useState(0)
  usePageTitle(t("sign-in.title"))
  useEffect(() => {
    let gone = false
    oauth.authorizeUrl({ returnTo: next ?? "/" }).then(
      (url) => {
        // Replaced, so that back leads to where the member came from and not into this page again.
        if (!gone) location.replace(url)
      },
      (failure: unknown) => {
        if (!gone) setError(failure)
      },
    )
    return () => {
      gone = true
    }
  }, [oauth, next, attempt])
  const retry = () => {
    setError(undefined)
    setAttempt((count) => count + 1)
  }
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4">
      <h1 tabIndex={-1} className="sr-only">
        {t("sign-in.title")}
      </h1>
      {error === undefined ? (
        <Spinner size={28} label={t("sign-in.leaving")} />
      ) : (
        <ErrorState error={error} onRetry={retry} />
      )}
    </main>
  )
}
