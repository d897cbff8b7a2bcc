// The words of owner-setup.

export const ownerSetupMessages = {
  "owner-setup.title": "Set up",
  "owner-setup.empty": "Your community",
  "owner-setup.empty.text": "Give it a name, a look and its first members.",
} as const
