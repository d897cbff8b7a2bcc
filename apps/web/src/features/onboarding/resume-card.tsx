// At the top of home for who left the first steps half-way: a way back to them, or to be rid of them.

import { Sparkles, X } from "lucide-react"
import { useState } from "react"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { IconButton } from "../../ui/icon-button.tsx"
import { ButtonLink } from "../../ui/link.tsx"
import { keepOnboardingPlace, onboardingPlace } from "./onboarding-place.ts"

export function ResumeCard() {
  const t = useT()
  const member = useMember()
  const [away, setAway] = useState(false)
  if (!member || away) return null
  const place = onboardingPlace(localStorage, member.id)
  if (place === "none" || place === "done") return null
  return (
    <section
      aria-label={t("onboarding.resume")}
      className="flex items-center gap-3 border-b bg-accent-soft py-3 ps-4 pe-2"
    >
      <Sparkles size={22} aria-hidden className="shrink-0 text-accent" />
      <div className="min-w-0 flex-1 text-15">
        <p className="font-strong">{t("onboarding.resume")}</p>
        <p className="text-quiet">{t("onboarding.resume.text")}</p>
      </div>
      <ButtonLink to="/start" look="primary" size="small">
        {t("onboarding.resume.go")}
      </ButtonLink>
      <IconButton
        label={t("ui.dismiss")}
        icon={<X size={18} aria-hidden />}
        size="small"
        onClick={() => {
          keepOnboardingPlace(localStorage, member.id, "done")
          setAway(true)
        }}
      />
    </section>
  )
}
