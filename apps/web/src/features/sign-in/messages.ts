// The words of signing in.

export const signInMessages = {
  "sign-in.title": "Sign in",
  "sign-in.leaving": "Taking you to the sign-in page",
  "sign-in.finishing": "Signing you in",
  "sign-in.failed": "Signing in did not work",
  "sign-in.failed.text":
    "The way back from the sign-in page was not the one we expected, or it took too long. Start again.",
  "sign-in.again": "Sign in again",
  "sign-in.home": "To the front page",
} as const
