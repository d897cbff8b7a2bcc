// Deletes the files that the log says are no longer needed. A consumer of the log rather than a step of the commands: a
// crash between the commit and the deletion must leave no file behind.

import type { StoredDomainEvent } from "../../events/catalogue.ts"
import type { Consumer } from "../../events/consumer.ts"
import type { StoredEvent } from "../../events/event.ts"
import type { MediaStore } from "./media-store.ts"

export function createMediaFilesConsumer(deps: { store: MediaStore }): Consumer {
  return {
    name: "media files",
    types: [
      "media.removed",
      "media.processed",
      "emoji.removed",
      "account.profile_changed",
      "community.settings_changed",
    ],
    async handle(_db, events) {
      // Deleting twice is deleting once, so that it need not wait for the cursor.
      for (const event of events) for (const key of unneeded(event)) await deps.store.delete(key)
      return undefined
    },
  }
}

/** The keys of the files that nothing refers to after an event. */
function unneeded(stored: StoredEvent): string[] {
  const event = stored as StoredDomainEvent
  switch (event.type) {
    case "media.removed":
      return [event.data.files.original, event.data.files.small]
    case "media.processed":
      return [event.data.upload]
    case "emoji.removed":
      return [event.data.image, event.data.static_image]
    case "account.profile_changed":
    case "community.settings_changed":
      return [...event.data.replaced_files]
    default:
      return []
  }
}
