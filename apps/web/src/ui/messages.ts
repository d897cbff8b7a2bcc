// The words of the design system.

export const uiMessages = {
  "ui.close": "Close",
  "ui.cancel": "Cancel",
  "ui.dismiss": "Dismiss",
  "ui.undo": "Undo",
  "ui.retry": "Try again",
  "ui.loading": "Loading",
  "ui.time.now": "now",
  "ui.time.minutes": "{count}m",
  "ui.time.hours": "{count}h",
  "ui.time.days": "{count}d",
  "ui.picture.broken": "This picture could not be loaded",
  "ui.error.offline": "The server is not answering",
  "ui.error.offline.text":
    "You may be offline, or it may be restarting. It is tried again by itself, and nothing you wrote is lost.",
  "ui.error.unauthorised": "You are signed out",
  "ui.error.unauthorised.text":
    "Sign in again to go on where you were. What you wrote is kept on this device.",
  "ui.error.forbidden": "This is not for you to see",
  "ui.error.forbidden.text": "Your account is not allowed to open this.",
  "ui.error.missing": "There is nothing here",
  "ui.error.missing.text": "It may have been deleted, or it is not for everyone to see.",
  "ui.error.limited": "One moment, please",
  "ui.error.limited.text": "A lot was asked in a short time. It goes on by itself shortly.",
  "ui.error.refused": "That could not be done",
  "ui.error.refused.text": "The request was not accepted. Reload the page and try again.",
  "ui.error.failed": "Something went wrong on the server",
  "ui.error.failed.text": "It is tried again by itself. What you wrote is kept on this device.",
} as const
