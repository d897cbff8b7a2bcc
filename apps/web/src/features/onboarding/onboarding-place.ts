// Where a newcomer is in the first steps, kept on this device: they can be left at any point and taken up again.

export const onboardingSteps = ["profile", "people", "tags"] as const
export type OnboardingStep = (typeof onboardingSteps)[number]

/** `none`: not begun on this device; `done`: gone through or put away. */
export type OnboardingPlace = OnboardingStep | "done" | "none"

const keyOf = (memberId: string) => `aviary:onboarding:${memberId}`

export function onboardingPlace(storage: Pick<Storage, "getItem">, memberId: string): OnboardingPlace {
  const kept = storage.getItem(keyOf(memberId))
  return ([...onboardingSteps, "done"] as const).find((place) => place === kept) ?? "none"
}

export function keepOnboardingPlace(
  storage: Pick<Storage, "setItem">,
  memberId: string,
  place: OnboardingStep | "done",
): void {
  storage.setItem(keyOf(memberId), place)
}

/** The step after `step`; `done` after the last. */
export function nextStep(step: OnboardingStep): OnboardingStep | "done" {
  return onboardingSteps[onboardingSteps.indexOf(step) + 1] ?? "done"
}
