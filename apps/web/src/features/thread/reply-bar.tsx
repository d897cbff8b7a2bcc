// The line below the post that one presses to answer it.

import type { Status } from "../../api/entities.ts"
import { useT } from "../../intl/translate.ts"
import { useMember } from "../../session/client-context.tsx"
import { useComposer } from "../../shell/composer.tsx"
import { Avatar } from "../../ui/avatar.tsx"

export function ReplyBar({ status }: { readonly status: Status }) {
  const t = useT()
  const member = useMember()
  const compose = useComposer()
  if (!member) return null
  return (
    <div className="flex items-center gap-3 border-b px-4 py-2.5">
      <Avatar account={member} size={36} />
      <button
        type="button"
        className="min-h-11 flex-1 cursor-text truncate rounded-full bg-sunken px-4 text-start text-15 text-quiet transition-colors hover:bg-pressed"
        onClick={() => compose({ kind: "reply", status })}
      >
        {t("thread.reply", { name: `@${status.account.username}` })}
      </button>
    </div>
  )
}
