// The features of posts, polls and scheduled posts, wired: what members publish, what they do with it, and what happens by
// itself when a time has come.

import type { Part } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { Route } from "../../http/route.ts"
import { createTicker } from "../../ticker.ts"
import { createEndPolls } from "../polls/end-polls.ts"
import { createPollRoutes } from "../polls/poll-routes.ts"
import { createVote } from "../polls/vote.ts"
import { createPublishDuePosts } from "../scheduled-posts/publish-due-posts.ts"
import { createSchedulePost } from "../scheduled-posts/schedule-post.ts"
import { createScheduledPostRoutes } from "../scheduled-posts/scheduled-post-routes.ts"
import { createCreatePost } from "./create-post.ts"
import { createDeletePost } from "./delete-post.ts"
import { createEditPost } from "./edit-post.ts"
import { createKeySweeper } from "./idempotency.ts"
import { createMarkListRoutes } from "./mark-list-routes.ts"
import { createMarkLists } from "./mark-lists.ts"
import { createMarkPost } from "./mark-post.ts"
import { createMarkRoutes } from "./mark-routes.ts"
import { createMuteConversation } from "./mute-conversation.ts"
import { createPins } from "./pin-post.ts"
import { createFindApplication } from "./post-application.ts"
import { createPostDetailRoutes } from "./post-detail-routes.ts"
import { createPostHistory } from "./post-history.ts"
import { createPostRoutes } from "./post-routes.ts"
import { createFindThread } from "./post-thread.ts"
import { createReposts } from "./repost-post.ts"
import type { StatusReplies } from "./status-replies.ts"

/** How late a poll ends or a scheduled post comes at most, in milliseconds. */
const DUE_EVERY_MS = 5_000

export interface PostsFeatureDeps {
  readonly core: Core
  readonly replies: StatusReplies
}

export interface PostsFeature {
  readonly routes: readonly Route[]
  readonly parts: readonly Part[]
}

export function createPostsFeature({ core, replies }: PostsFeatureDeps): PostsFeature {
  const createPost = createCreatePost(core)
  const every = (name: string, run: (signal: AbortSignal) => Promise<unknown>) =>
    createTicker({ ...core, name, everyMs: DUE_EVERY_MS, run })
  return {
    routes: [
      ...createPostRoutes({
        ...core,
        replies,
        createPost,
        schedulePost: createSchedulePost(core),
        editPost: createEditPost(core),
        deletePost: createDeletePost(core),
        findApplication: createFindApplication(core),
      }),
      ...createPostDetailRoutes({
        ...core,
        replies,
        findThread: createFindThread(core),
        history: createPostHistory(core),
      }),
      ...createMarkRoutes({
        replies,
        marks: createMarkPost(core),
        reposts: createReposts(core),
        pins: createPins(core),
        muteConversation: createMuteConversation(core),
      }),
      ...createMarkListRoutes({ ...core, replies, lists: createMarkLists(core) }),
      ...createPollRoutes({ ...core, vote: createVote(core) }),
      ...createScheduledPostRoutes(core),
    ],
    parts: [
      every("scheduled posts", createPublishDuePosts({ ...core, createPost })),
      every("poll ends", createEndPolls(core)),
      createKeySweeper(core),
    ],
  }
}
