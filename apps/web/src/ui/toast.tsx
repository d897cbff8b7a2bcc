// Short words about what happened, at the bottom, with a way to undo it. Said politely to screen readers; a failure at once. They
// stay while the pointer or the focus is on them. It must never be the only place of an error that has to be acted upon.

import { X } from "lucide-react"
import { createContext, use, useCallback, useEffect, useMemo, useRef, useState } from "react"
import type { ReactNode } from "react"
import { useT } from "../intl/translate.ts"
import { cx } from "./class-names.ts"

export interface ToastContent {
  readonly text: string
  readonly tone?: "calm" | "failure"
  readonly action?: { readonly label: string; readonly run: () => void }
  /** Milliseconds; 5 s by default, 8 s with an action. */
  readonly duration?: number
}

export type ShowToast = (toast: ToastContent) => void

const ToastContext = createContext<ShowToast>(() => {})
const MOST_AT_ONCE = 3

/** `const toast = useToast()`, then `toast({ text, action: { label: t("ui.undo"), run } })`. */
export function useToast(): ShowToast {
  return use(ToastContext)
}

interface Shown extends ToastContent {
  readonly key: number
}

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Shown[]>([])
  const nextKey = useRef(0)
  const show = useCallback<ShowToast>((toast) => {
    nextKey.current += 1
    const key = nextKey.current
    setToasts((current) => [...current.slice(1 - MOST_AT_ONCE), { ...toast, key }])
  }, [])
  const drop = useCallback(
    (key: number) => setToasts((current) => current.filter((toast) => toast.key !== key)),
    [],
  )
  const calm = useMemo(() => toasts.filter(({ tone }) => tone !== "failure"), [toasts])
  const failures = useMemo(() => toasts.filter(({ tone }) => tone === "failure"), [toasts])
  return (
    <ToastContext value={show}>
      {children}
      <div className="pointer-events-none fixed inset-x-0 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-50 mx-auto flex max-w-md flex-col items-center gap-2 px-4 rail:bottom-6">
        <ToastList role="alert" toasts={failures} onDone={drop} />
        <ToastList role="status" toasts={calm} onDone={drop} />
      </div>
    </ToastContext>
  )
}

interface ToastListProps {
  readonly role: "alert" | "status"
  readonly toasts: readonly Shown[]
  readonly onDone: (key: number) => void
}

function ToastList({ role, toasts, onDone }: ToastListProps) {
  return (
    <div role={role} className="flex w-full flex-col items-center gap-2">
      {toasts.map((toast) => (
        <Toast key={toast.key} toast={toast} onDone={() => onDone(toast.key)} />
      ))}
    </div>
  )
}

function Toast({ toast, onDone }: { readonly toast: Shown; readonly onDone: () => void }) {
  const t = useT()
  const [held, setHeld] = useState(false)
  const duration = toast.duration ?? (toast.action ? 8_000 : 5_000)
  const done = useRef(onDone)
  useEffect(() => {
    done.current = onDone
  })
  useEffect(() => {
    if (held) return
    const timer = setTimeout(() => done.current(), duration)
    return () => clearTimeout(timer)
  }, [held, duration])
  return (
    <div
      className={cx(
        "pointer-events-auto flex min-h-12 max-w-full animate-rise-in items-center gap-2 rounded-12 bg-text py-1.5 ps-4 pe-1.5 text-15 text-canvas shadow-float",
      )}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="min-w-0 py-1">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="min-h-9 shrink-0 rounded-8 px-3 font-strong underline underline-offset-4 hover:no-underline focus-visible:outline-canvas"
          onClick={() => {
            toast.action?.run()
            onDone()
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={t("ui.dismiss")}
        className="flex size-9 shrink-0 items-center justify-center rounded-8 opacity-75 hover:opacity-100 focus-visible:outline-canvas"
        onClick={onDone}
      >
        <X size={18} aria-hidden />
      </button>
    </div>
  )
}
