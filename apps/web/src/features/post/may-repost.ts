// Whether a post may be passed on. Pure.

import type { Status } from "../../api/entities.ts"

/** What only followers or those mentioned may see stays with them. */
export function mayRepost({ visibility }: Pick<Status, "visibility">): boolean {
  return visibility === "public" || visibility === "unlisted"
}
