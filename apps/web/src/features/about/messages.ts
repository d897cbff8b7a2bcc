// The words of about.

export const aboutMessages = {
  "about.title": "About",
  "about.empty": "About this community",
  "about.empty.text": "Who runs it, and its rules.",
} as const
