// The line at the top of home that one presses to write; on a phone the bar's middle does that.

import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { Avatar } from "../../ui/avatar.tsx"

export function InlineCompose() {
  const t = useT()
  const member = useMember()
  const compose = useComposer()
  return (
    <div className="flex items-center gap-3 border-b px-4 py-3 max-rail:hidden">
      {member ? <Avatar account={member} /> : <span className="size-11 rounded-full bg-sunken" />}
      <button
        type="button"
        className="min-h-11 flex-1 cursor-text rounded-full bg-sunken px-4.5 text-start text-16 text-quiet transition-colors hover:bg-pressed"
        onClick={() => compose({ kind: "new" })}
      >
        {t("home.write")}
      </button>
    </div>
  )
}
