// Where the server's sign-in page sends the browser back to: the code becomes a token, and the member goes on where they were.

import { useRouter } from "@tanstack/react-router"
import { useEffect, useState } from "react"
import { ApiError } from "../../api/api-error.ts"
import { useT } from "../../intl/translate.ts"
import { useClient } from "../../session/client-context.tsx"
import { usePageTitle } from "../../shell/page-header.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { ErrorState } from "../../ui/error-state.tsx"
import { Spinner } from "../../ui/spinner.tsx"

export function SignedInPage() {
  const t = useT()
  const router = useRouter()
  const { oauth, session } = useClient()
  const [error, setError] = useState<unknown>()
  const [query] = useState(() => new URLSearchParams(location.search))
  usePageTitle(t("sign-in.title"))
  useEffect(() => {
    let gone = false
    finishOnce(query, () => oauth.finish(query)).then(
      ({ token, returnTo }) => {
        if (gone) return
        session.adopt(token)
        router.history.replace(returnTo)
      },
      (failure: unknown) => {
        if (!gone) setError(failure)
      },
    )
    return () => {
      gone = true
    }
  }, [oauth, session, router, query])
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-4 p-6 text-center">
      {error === undefined ? (
        <>
          <h1 tabIndex={-1} className="sr-only">
            {t("sign-in.title")}
          </h1>
          <Spinner size={28} label={t("sign-in.finishing")} />
        </>
      ) : (
        <Failed error={error} />
      )}
    </main>
  )
}

function Failed({ error }: { readonly error: unknown }) {
  const t = useT()
  if (ApiError.from(error).kind === "offline")
    return <ErrorState error={error} onRetry={() => location.reload()} />
  return (
    <>
      <h1 tabIndex={-1} className="text-22 font-strong">
        {t("sign-in.failed")}
      </h1>
      <p className="max-w-sm text-quiet">{t("sign-in.failed.text")}</p>
      <div className="flex flex-wrap justify-center gap-3">
        <ButtonLink to="/sign-in" look="primary">
          {t("sign-in.again")}
        </ButtonLink>
        <ButtonLink to="/">{t("sign-in.home")}</ButtonLink>
      </div>
    </>
  )
}

type Finished = { token: string; returnTo: string }
const finishing = new WeakMap<URLSearchParams, Promise<Finished>>()

/** A code is good for one exchange only, however often React runs the effect. */
function finishOnce(query: URLSearchParams, finish: () => Promise<Finished>): Promise<Finished> {
  const running = finishing.get(query) ?? finish()
  finishing.set(query, running)
  return running
}
