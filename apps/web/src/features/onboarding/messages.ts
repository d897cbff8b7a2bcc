// The words of onboarding.

export const onboardingMessages = {
  "onboarding.title": "Welcome",
  "onboarding.empty": "Find your people",
  "onboarding.empty.text": "Follow a few people and tags, and your timeline begins to live.",
} as const
