// What to say about a failure, by its kind: in plain words, with what to do. Pure.

import type { ApiErrorKind } from "../api/api-error.ts"
import type { MessageId } from "../intl/en.ts"

interface ErrorWords {
  readonly title: MessageId
  readonly text: MessageId
}

export function errorWords(kind: ApiErrorKind): ErrorWords {
  switch (kind) {
    case "offline":
      return { title: "ui.error.offline", text: "ui.error.offline.text" }
    case "unauthorised":
      return { title: "ui.error.unauthorised", text: "ui.error.unauthorised.text" }
    case "forbidden":
      return { title: "ui.error.forbidden", text: "ui.error.forbidden.text" }
    case "missing":
      return { title: "ui.error.missing", text: "ui.error.missing.text" }
    case "limited":
      return { title: "ui.error.limited", text: "ui.error.limited.text" }
    case "refused":
      return { title: "ui.error.refused", text: "ui.error.refused.text" }
    case "failed":
      return { title: "ui.error.failed", text: "ui.error.failed.text" }
  }
}
