// The words of favourites.

export const favouritesMessages = {
  "favourites.title": "Likes",
  "favourites.empty": "Nothing liked yet",
  "favourites.empty.text": "Posts that you like are kept here.",
} as const
