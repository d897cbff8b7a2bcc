// The addresses that are pages of the web client and of nothing else: the server answers each with the client's document. Profiles,
// posts, tags, the front page and the page about the community are not here, since the server renders those itself and the client
// takes them over. e2e/client-paths.test.ts of the web client holds this list to the client's own routes.

/** As the server's router writes them. */
export const clientPaths: readonly string[] = [
  "/live",
  "/explore",
  "/search",
  "/sign-in",
  "/signed-in",
  "/sign-up",
  "/start",
  "/setup/community",
  "/notifications",
  "/compose",
  "/drafts",
  "/bookmarks",
  "/favourites",
  "/lists",
  "/lists/:id",
  "/conversations",
  "/follow-requests",
  "/staff",
  "/settings",
  "/settings/*",
  "/@:username/followers",
  "/@:username/following",
  "/@:username/:id/likes",
  "/@:username/:id/reposts",
]
