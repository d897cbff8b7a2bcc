// Shown when the server no longer takes the session: what is on the screen and what was written stay; one press signs in again.

import { useLocation } from "@tanstack/react-router"
import { useT } from "../intl/translate.ts"
import { useSession } from "../session/client-context.tsx"
import { ButtonLink } from "../ui/link.tsx"

export function SessionBanner() {
  const t = useT()
  const session = useSession()
  const { href } = useLocation()
  if (session.kind !== "expired") return null
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center justify-center gap-x-4 gap-y-2 bg-accent-soft px-4 py-2 text-15"
    >
      <p>{t("shell.expired")}</p>
      <ButtonLink to="/sign-in" search={{ next: href }} look="primary" size="small">
        {t("shell.expired.action")}
      </ButtonLink>
    </div>
  )
}
