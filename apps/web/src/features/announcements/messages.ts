// The words of announcements.

export const announcementsMessages = {
  "announcements.label": "Announcement",
  "announcements.dismiss": "Put this announcement away",
  "announcements.react": "{name}, {count, plural, one {# person} other {# people}}",
  "announcements.more": "{count, plural, one {# more} other {# more}}",
  "announcements.failed": "That did not go through. Try again.",
} as const
