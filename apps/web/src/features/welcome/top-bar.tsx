// The top of the front door: whose it is, and the way in, always in sight.

import { useT } from "../../intl/translate.ts"
import { useInstance } from "../../session/client-context.tsx"
import { BrandMark } from "../../shell/brand-mark.tsx"
import { ButtonLink, PlainLink } from "../../ui/link.tsx"
import { useJoinWords } from "./join-words.ts"

export function TopBar() {
  const t = useT()
  const join = useJoinWords()
  const title = useInstance()?.title ?? ""
  return (
    <header className="sticky top-0 z-20 border-b bg-canvas">
      <div className="mx-auto flex min-h-15 max-w-[72rem] items-center gap-3 px-4 wide:px-8">
        <PlainLink to="/" className="flex min-h-11 min-w-0 flex-1 items-center gap-3 rounded-12">
          <BrandMark size={32} className="shrink-0" />
          <span className="truncate text-16 font-strong tracking-tight">{title}</span>
        </PlainLink>
        <nav aria-label={t("shell.navigation")} className="flex shrink-0 items-center gap-2">
          <PlainLink
            to="/explore"
            className="flex min-h-11 items-center rounded-full px-4 text-15 font-medium hover:bg-hover max-rail:hidden"
          >
            {t("welcome.explore")}
          </PlainLink>
          <PlainLink
            to="/about"
            className="flex min-h-11 items-center rounded-full px-4 text-15 font-medium hover:bg-hover max-rail:hidden"
          >
            {t("welcome.about")}
          </PlainLink>
          <ButtonLink to="/sign-in" size="small">
            {t("welcome.sign-in")}
          </ButtonLink>
          {join !== undefined && (
            <ButtonLink to="/sign-up" look="primary" size="small" className="max-rail:hidden">
              {join}
            </ButtonLink>
          )}
        </nav>
      </div>
    </header>
  )
}
