// The words of follow-requests.

export const followRequestsMessages = {
  "follow-requests.title": "Follow requests",
  "follow-requests.empty": "No requests",
  "follow-requests.empty.text": "Whoever asks to follow you shows up here.",
} as const
