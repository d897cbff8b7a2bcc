// What the way in says, by who can join.

import { useT } from "../../intl/translate.ts"
import { useSetupState } from "../community/setup-state.ts"

/** Undefined where nobody can, and while it is not known. */
export function useJoinWords(): string | undefined {
  const t = useT()
  const mode = useSetupState()?.registrations
  switch (mode) {
    case "open":
      return t("welcome.join")
    case "approval":
      return t("welcome.ask")
    case "invite":
      return t("welcome.invited")
    case "closed":
    case undefined:
      return undefined
  }
}
