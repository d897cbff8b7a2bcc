// The help sheet: every shortcut that works where the reader is. Loaded when it is asked for.

import type { MessageId } from "../../intl/en.ts"
import { useT } from "../../intl/translate.ts"
import { Dialog } from "../../ui/dialog.tsx"
import type { Shortcut, ShortcutGroup } from "./shortcuts.tsx"

const groups: readonly { readonly group: ShortcutGroup; readonly title: MessageId }[] = [
  { group: "everywhere", title: "shell.shortcuts.everywhere" },
  { group: "go", title: "shell.shortcuts.go" },
  { group: "post", title: "shell.shortcuts.post" },
  { group: "writing", title: "shell.shortcuts.writing" },
]

interface ShortcutSheetProps {
  readonly shortcuts: readonly Shortcut[]
  readonly onClose: () => void
}

export function ShortcutSheet({ shortcuts, onClose }: ShortcutSheetProps) {
  const t = useT()
  return (
    <Dialog open onClose={onClose} title={t("shell.shortcuts.title")} width="wide">
      <div className="grid gap-x-10 gap-y-6 rail:grid-cols-2">
        {groups.map(({ group, title }) => {
          const those = shortcuts.filter((shortcut) => shortcut.group === group)
          if (those.length === 0) return null
          return (
            <section key={group}>
              <h2 className="mb-1 text-15 font-strong">{t(title)}</h2>
              <dl>
                {those.map(({ keys, label }) => (
                  <div
                    key={keys}
                    className="flex min-h-9 items-center justify-between gap-4 border-b text-15"
                  >
                    <dt className="text-quiet">{t(label)}</dt>
                    <dd className="flex shrink-0 gap-1">
                      {keys.split(" ").map((key) => (
                        <kbd
                          key={key}
                          className="min-w-6 rounded-4 border border-edge/60 bg-sunken px-1.5 text-center font-sans text-13"
                        >
                          {key}
                        </kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          )
        })}
      </div>
    </Dialog>
  )
}
