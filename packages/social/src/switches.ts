// What an operator can switch off at once when it does harm: boolean feature flags, the same for everybody. Each stands here
// with what holds where no flags file says otherwise; `aviary flags kill NAME` switches it off on all instances.

import { AppError } from "@aviary/kit"
import type { Switches } from "@aviary/kit/flags"

export const switchDefaults = {
  /** Off: homes are newest first for everybody, and the ranked timeline is refused. */
  "ranked-homes": true,
  /** Off: uploads are refused; pictures that are there stay. */
  "media-uploads": true,
}

export type SwitchName = keyof typeof switchDefaults
export type SocialSwitches = Switches<SwitchName>

const features: Readonly<Record<SwitchName, string>> = {
  "ranked-homes": "The ranked timeline",
  "media-uploads": "Uploading",
}

/** Fails with `feature.switched_off`. */
export function requireSwitch(switches: SocialSwitches, name: SwitchName): void {
  if (!switches.isOn(name)) throw new AppError("feature.switched_off", { feature: features[name] })
}
