// The words of timelines.

export const timelineMessages = {
  "timeline.new": "{count, plural, one {# new post} other {# new posts}}",
  "timeline.new.many": "Many new posts",
  "timeline.show.new": "Show new posts",
  "timeline.next": "Next post",
  "timeline.previous": "Previous post",
  "timeline.end": "You have reached the end.",
} as const
