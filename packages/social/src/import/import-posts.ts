// Imported texts as posts: parsed, linked and tagged as those of members are. Mentions stay text, for the people that they name
// are not the members who have those names here.

import type { Core } from "../core.ts"
import type { NewDomainEvent } from "../events/event-log.ts"
import { postStream } from "../features/posts/post-events.ts"
import { postHtml } from "../features/posts/render-post.ts"
import { inBatches, readAhead } from "./batches.ts"
import { fitText } from "./fit-text.ts"
import { readTexts } from "./import-input.ts"
import type { ImportJournal } from "./import-journal.ts"
import type { ImportSettings } from "./import-settings.ts"
import type { ScannedInput } from "./scan-input.ts"
import { createAuthors } from "./spread-posts.ts"

export interface PostsStep {
  readonly input: Pick<ScannedInput, "nodes" | "texts">
  readonly settings: ImportSettings
  readonly journal: ImportJournal
  /** By the place of the node. */
  readonly accountIds: Float64Array
  readonly onProgress: (done: number) => void
}

type PostsDeps = Pick<Core, "nextId" | "urls" | "settings">

interface PreparedPost {
  readonly text: string
  readonly html: string
  readonly tags: readonly string[]
  readonly cut: boolean
}

/** Appends the posts that the journal has not dealt with yet. */
export async function importPosts(deps: PostsDeps, step: PostsStep): Promise<void> {
  const { input, settings, journal, accountIds } = step
  if (journal.state.texts >= input.texts) return
  const authorOf = createAuthors(input.nodes)
  for await (const posts of readAhead(prepared())) {
    const first = journal.state.texts
    const events = posts.map((post, index) =>
      postCreated(post, {
        id: deps.nextId(),
        authorId: accountIds[authorOf(first + index)] ?? 0,
        language: settings.language,
      }),
    )
    const cut = posts.filter((post) => post.cut).length
    await journal.commit(async () => ({
      events,
      state: { ...journal.state, texts: first + posts.length, textsCut: journal.state.textsCut + cut },
    }))
    step.onProgress(journal.state.texts)
  }

  async function* prepared() {
    const texts = readTexts(settings.posts)
    for await (const batch of inBatches(texts, { skip: journal.state.texts, size: settings.batchSize })) {
      yield batch.map((text) => preparePost(text, deps))
    }
  }
}

/** A text as a post is stored: cut to what a post may hold, its HTML, its tags. */
export function preparePost(
  given: string,
  { settings, urls }: Pick<PostsDeps, "settings" | "urls">,
): PreparedPost {
  const { text, parsed, cut } = fitText(given, settings.posts.maxCharacters)
  return { text, html: postHtml(parsed, [], urls), tags: parsed.hashtags.map((tag) => tag.name), cut }
}

function postCreated(
  { text, html, tags }: PreparedPost,
  { id, authorId, language }: { id: number; authorId: number; language: string },
): NewDomainEvent {
  return {
    type: "post.created",
    stream: postStream(id),
    actor: null,
    data: {
      id,
      author_id: authorId,
      text,
      html,
      spoiler_text: "",
      visibility: "public",
      sensitive: false,
      language,
      reply_to_id: null,
      reply_to_account_id: null,
      conversation_id: id,
      mentions: [],
      tags,
      media_ids: [],
      poll: null,
      application: null,
    },
  }
}
