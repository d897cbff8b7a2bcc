// The keyboard shortcuts of what is on the screen: components register them with useShortcut, one listener runs them, and the help
// sheet (`?`) lists them. They rest while somebody types, while a window is open over the page, and when they are turned off.

import { createContext, use, useEffect, useEffectEvent, useMemo, useState } from "react"
import type { ReactNode } from "react"
import type { MessageId } from "../../intl/en.ts"
import { appearance } from "../../preferences/appearance.ts"
import { SEQUENCE_MS, matchKeys } from "./shortcut-keys.ts"

export type ShortcutGroup = "everywhere" | "go" | "post" | "writing"

export interface Shortcut {
  /** `KeyboardEvent.key`s with spaces between: "n", "?", "g h". */
  readonly keys: string
  readonly label: MessageId
  readonly group: ShortcutGroup
}

interface Registered extends Shortcut {
  readonly run: () => void
}

interface Registry {
  add(shortcut: Registered): () => void
  list(): readonly Shortcut[]
}

const RegistryContext = createContext<Registry | undefined>(undefined)

function createRegistry() {
  const all = new Set<Registered>()
  return {
    add(shortcut: Registered) {
      all.add(shortcut)
      return () => {
        all.delete(shortcut)
      }
    },
    list: () => [...new Map([...all].map((shortcut) => [shortcut.keys, shortcut])).values()],
    /** What was mounted last wins: it is nearer to the reader. */
    find: (keys: string) => [...all].findLast((shortcut) => shortcut.keys === keys),
  }
}

export function ShortcutProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(createRegistry)
  useEffect(() => {
    let typed = ""
    let forget: ReturnType<typeof setTimeout> | undefined
    const onKey = (event: KeyboardEvent) => {
      if (appearance.get().shortcuts === "off" || isBusy(event)) return
      const match = matchKeys(
        typed,
        event,
        registry.list().map(({ keys }) => keys),
      )
      clearTimeout(forget)
      typed = match.kind === "wait" ? match.typed : ""
      if (match.kind === "wait") forget = setTimeout(() => (typed = ""), SEQUENCE_MS)
      if (match.kind !== "run") return
      event.preventDefault()
      registry.find(match.keys)?.run()
    }
    addEventListener("keydown", onKey)
    return () => {
      clearTimeout(forget)
      removeEventListener("keydown", onKey)
    }
  }, [registry])
  return <RegistryContext value={registry}>{children}</RegistryContext>
}

/** Whether the key is meant for something else: a field, an open window or menu. */
function isBusy(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return true
  const { target } = event
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest("input, textarea, select, [role='menu']")) return true
  return document.querySelector("[role='dialog'], [role='alertdialog']") !== null
}

/** Runs `run` when the keys are pressed, while the component is mounted and `enabled` is not false. */
export function useShortcut({ keys, label, group }: Shortcut, run: () => void, enabled = true) {
  const registry = use(RegistryContext)
  const latest = useEffectEvent(run)
  useEffect(() => {
    if (!enabled) return
    return registry?.add({ keys, label, group, run: () => latest() })
  }, [registry, keys, label, group, enabled])
}

/** What can be pressed now. Read it when the help opens, not before. */
export function useShortcutList(open: boolean): readonly Shortcut[] {
  const registry = use(RegistryContext)
  return useMemo(() => (open ? (registry?.list() ?? []) : []), [registry, open])
}
