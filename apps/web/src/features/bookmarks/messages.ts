// The words of bookmarks.

export const bookmarksMessages = {
  "bookmarks.title": "Bookmarks",
  "bookmarks.empty": "Nothing saved yet",
  "bookmarks.empty.text": "Posts that you bookmark wait here for you. Nobody else sees them.",
} as const
