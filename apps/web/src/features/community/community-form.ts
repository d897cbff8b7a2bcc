// What the forms of the community's settings have in common: they show the settings, and hand on what was changed.

import type { CommunitySettings } from "../../api/aviary-entities.ts"
import type { CommunityChange } from "./community-settings.ts"

export interface CommunityFormProps {
  readonly settings: CommunitySettings
  readonly onChange: (change: CommunityChange) => void
}

/** What is shown: the settings with what was typed since. A file that was chosen is shown by whoever chose it. */
export function withChange(
  settings: CommunitySettings,
  { banner, ...change }: CommunityChange,
): CommunitySettings {
  return { ...settings, ...change, ...(banner === null ? { banner } : {}) }
}
