// The URL that members use. Pure.

import type { SocialSettings } from "../settings.ts"

/** The configured one, or localhost with the port; without a slash at its end. */
export function publicUrl(settings: SocialSettings): string {
  return (settings.http.publicUrl ?? `http://localhost:${settings.http.port}`).replace(/\/+$/, "")
}
