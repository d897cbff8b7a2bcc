// Copies a text, and says that it did.

import { Check, Copy } from "lucide-react"
import { useEffect, useState } from "react"
import { useT } from "../intl/translate.ts"
import { Button } from "./button.tsx"
import type { ButtonLookOptions } from "./button.tsx"

interface CopyButtonProps extends ButtonLookOptions {
  readonly text: string
  /** "Copy" by default. */
  readonly label?: string
}

const SAYS_SO_MS = 2_500

export function CopyButton({ text, label, ...look }: CopyButtonProps) {
  const t = useT()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAYS_SO_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      {...look}
      icon={copied ? <Check size={18} aria-hidden /> : <Copy size={18} aria-hidden />}
      onClick={() => void copyText(text).then(() => setCopied(true))}
    >
      <span aria-live="polite">{copied ? t("ui.copied") : (label ?? t("ui.copy"))}</span>
    </Button>
  )
}

/** Also on plain HTTP, where browsers offer no clipboard but the old way. */
async function copyText(text: string): Promise<void> {
  if (isSecureContext) return await navigator.clipboard.writeText(text)
  const box = document.createElement("textarea")
  box.value = text
  box.setAttribute("readonly", "")
  // Inside an open dialog, which keeps the focus.
  const host = document.querySelector("[role=dialog]") ?? document.body
  host.append(box)
  box.select()
  document.execCommand("copy")
  box.remove()
}
