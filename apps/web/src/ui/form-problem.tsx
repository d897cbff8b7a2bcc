// Below a form: why sending it did not work. Said at once to screen readers.

import { TriangleAlert } from "lucide-react"
import { useT } from "../intl/translate.ts"
import { failureWords } from "./failure-words.ts"

/** Nothing while there is no `error`. */
export function FormProblem({ error }: { readonly error: unknown }) {
  const t = useT()
  if (error === undefined || error === null) return null
  return (
    <p role="alert" className="flex gap-2 rounded-12 bg-danger-soft px-3 py-2.5 text-15 text-danger">
      <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0" />
      <span className="min-w-0 wrap-anywhere">{failureWords(error, t)}</span>
    </p>
  )
}
