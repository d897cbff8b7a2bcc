// The words of welcome.

export const welcomeMessages = {
  "welcome.title": "Welcome",
  "welcome.empty": "A place of your own",
  "welcome.empty.text": "Sign in, or make an account.",
} as const
