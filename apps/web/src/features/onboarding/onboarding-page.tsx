// A newcomer's first minute: a picture and a name, people, tags, and then a home that lives. Every step can be skipped.

import { useQueryClient } from "@tanstack/react-query"
import { useRouter } from "@tanstack/react-router"
import { useEffect, useState } from "react"
import type { CredentialAccount } from "../../api/entities.ts"
import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { BarePage, StepHead } from "../../shell/bare-page.tsx"
import { Button } from "../../ui/button.tsx"
import { Spinner } from "../../ui/spinner.tsx"
import { keepOnboardingPlace, nextStep, onboardingPlace, onboardingSteps } from "./onboarding-place.ts"
import type { OnboardingStep } from "./onboarding-place.ts"
import { PeopleStep } from "./people-step.tsx"
import { ProfileStep } from "./profile-step.tsx"
import { TagsStep } from "./tags-step.tsx"

export function OnboardingPage() {
  const t = useT()
  const member = useMember()
  return member ? (
    <Steps member={member} />
  ) : (
    <BarePage title={t("onboarding.title")}>
      <div className="flex flex-1 items-center justify-center">
        <Spinner size={28} label={t("ui.loading")} />
      </div>
    </BarePage>
  )
}

const words: Readonly<Record<OnboardingStep, { readonly title: MessageId; readonly text: MessageId }>> = {
  profile: { title: "onboarding.profile", text: "onboarding.profile.text" },
  people: { title: "onboarding.people", text: "onboarding.people.text" },
  tags: { title: "onboarding.tags", text: "onboarding.tags.text" },
}

function Steps({ member }: { readonly member: CredentialAccount }) {
  const t = useT()
  const router = useRouter()
  const queries = useQueryClient()
  const [step, setStep] = useState<OnboardingStep>(() => {
    const place = onboardingPlace(localStorage, member.id)
    return place === "none" || place === "done" ? "profile" : place
  })
  useEffect(() => {
    scrollTo({ top: 0 })
    document.querySelector<HTMLElement>("h1")?.focus()
  }, [step])
  const go = (next: OnboardingStep | "done") => {
    keepOnboardingPlace(localStorage, member.id, next)
    if (next !== "done") return setStep(next)
    // What was followed is to be there.
    void queries.resetQueries({ queryKey: ["timeline", "home"] })
    void router.navigate({ to: "/" })
  }
  const onNext = () => go(nextStep(step))
  const place = onboardingSteps.indexOf(step) + 1
  return (
    <BarePage
      title={t("onboarding.title")}
      aside={
        <Button look="quiet" onClick={onNext}>
          {t("onboarding.skip")}
        </Button>
      }
    >
      <StepHead
        title={t(words[step].title)}
        text={t(words[step].text)}
        step={place}
        steps={onboardingSteps.length}
        stepLabel={t("onboarding.step", { step: place, steps: onboardingSteps.length })}
      />
      {step === "profile" && <ProfileStep member={member} onNext={onNext} />}
      {step === "people" && <PeopleStep onNext={onNext} />}
      {step === "tags" && <TagsStep onNext={onNext} />}
    </BarePage>
  )
}
