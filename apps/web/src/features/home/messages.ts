// The words of home.

export const homeMessages = {
  "home.title": "Home",
  "home.write": "What is new?",
  "home.order": "Order of posts",
  "home.order.latest": "Latest",
  "home.order.latest.hint": "Newest first, nothing left out",
  "home.order.ranked": "Ranked",
  "home.order.ranked.hint": "What people liked and talked about first",
  "home.order.failed": "The order was not changed. Try again in a moment.",
  "home.reason.engagement": "{count, plural, one {# person} other {# people}} liked, shared or answered this",
  "home.reason.recent": "Because it is new",
  "home.reason.diversity": "Further down, to make room for others",
  "home.reason.older": "From earlier",
  "home.empty": "Your timeline begins here",
  "home.empty.text": "Posts of the people and tags you follow show up on this page.",
  "home.empty.find": "Find people",
  "home.empty.write": "Write something",
  "home.live.title": "Live",
  "home.live.subtitle": "Everything that is public here, as it is written",
  "home.live.empty": "Nothing has been posted yet",
  "home.live.empty.text": "Every public post of the community shows up here as it is written.",
} as const
