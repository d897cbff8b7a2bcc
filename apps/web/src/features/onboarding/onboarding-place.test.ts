import assert from "node:assert/strict"
import { test } from "node:test"
import { keepOnboardingPlace, nextStep, onboardingPlace } from "./onboarding-place.ts"

test("a newcomer's place is kept for them alone, and nonsense is as nothing", () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
  assert.equal(onboardingPlace(storage, "1"), "none")
  keepOnboardingPlace(storage, "1", "people")
  assert.equal(onboardingPlace(storage, "1"), "people")
  assert.equal(onboardingPlace(storage, "2"), "none")
  for (const key of kept.keys()) kept.set(key, "elsewhere")
  assert.equal(onboardingPlace(storage, "1"), "none")
})

test("the steps lead from one to the next, and to the end", () => {
  assert.deepEqual([nextStep("profile"), nextStep("people"), nextStep("tags")], ["people", "tags", "done"])
})
