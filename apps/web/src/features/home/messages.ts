// The words of home.

export const homeMessages = {
  "home.title": "Home",
  "home.empty": "Your timeline begins here",
  "home.empty.text": "Posts of the people and tags you follow show up on this page.",
  "home.live.title": "Live",
  "home.live.empty": "Nothing has been posted yet",
  "home.live.empty.text": "Every public post of the community shows up here as it is written.",
} as const
