// The words of follow requests.

export const followRequestsMessages = {
  "follow-requests.title": "Follow requests",
  "follow-requests.empty": "No requests",
  "follow-requests.empty.text": "Whoever asks to follow you shows up here.",
  "follow-requests.empty.open": "Anybody can follow you without asking. You can change that on your profile.",
  "follow-requests.lock": "Edit profile",
} as const
