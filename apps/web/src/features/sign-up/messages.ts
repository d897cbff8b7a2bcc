// The words of sign-up.

export const signUpMessages = {
  "sign-up.title": "Create an account",
  "sign-up.empty": "Create an account",
  "sign-up.empty.text": "Choose a name, and you are in.",
} as const
