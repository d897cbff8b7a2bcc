// Feature flags, apart from the rest of kit: only what asks for flags loads OpenFeature.

export { createFlags } from "./flags.ts"
export type { FlagsDeps, FlagsPart } from "./flags.ts"
export { createSwitches } from "./switches.ts"
export type { Switches } from "./switches.ts"
export { flagsOf, flagType, overridesText, parseOverrides } from "./flag-document.ts"
export type { Flag, FlagOverride, FlagOverrides, Flags, FlagType } from "./flag-document.ts"
export { evaluateFlag, offVariant } from "./evaluate-flag.ts"
export { overridesPath } from "./flag-files.ts"
