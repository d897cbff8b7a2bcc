// A page without the bars, for what is done from beginning to end before one is here: joining, the first steps, the set-up.

import type { ReactNode } from "react"
import { useInstance } from "../session/client-context.tsx"
import { PlainLink } from "../ui/link.tsx"
import { BrandMark } from "./brand-mark.tsx"
import { usePageTitle } from "./page-header.tsx"

interface BarePageProps {
  /** Of the document. */
  readonly title: string
  /** At the end of the top: a way past, or another way in. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

export function BarePage({ title, aside, children }: BarePageProps) {
  const community = useInstance()?.title
  usePageTitle(title)
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex min-h-16 items-center justify-between gap-4 px-4 rail:px-8">
        <PlainLink to="/" className="flex min-h-11 min-w-0 items-center gap-3 rounded-12">
          <BrandMark size={32} className="shrink-0" />
          <span className="truncate text-16 font-strong tracking-tight">{community ?? ""}</span>
        </PlainLink>
        {aside}
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto flex w-full max-w-[35rem] flex-1 flex-col px-4 pt-4 pb-10 rail:pt-10"
      >
        {children}
      </main>
    </div>
  )
}

interface StepHeadProps {
  readonly title: string
  readonly text?: ReactNode
  /** Which of how many, from 1; none where there are no steps. */
  readonly step?: number
  readonly steps?: number
  /** Said of the bar: "Step 2 of 4". */
  readonly stepLabel?: string
}

/** The heading of a step, with how far one is. */
export function StepHead({ title, text, step, steps, stepLabel }: StepHeadProps) {
  return (
    <div className="mb-6">
      {step !== undefined && steps !== undefined && (
        <div role="img" aria-label={stepLabel} className="mb-6 flex gap-1.5">
          {Array.from({ length: steps }, (_, place) => (
            <span
              key={place}
              className={`h-1 flex-1 rounded-full transition-colors ${place < step ? "bg-accent" : "bg-line"}`}
            />
          ))}
        </div>
      )}
      <h1 tabIndex={-1} className="text-28 font-strong tracking-tight text-balance">
        {title}
      </h1>
      {text !== undefined && <p className="mt-2 text-16 text-pretty text-quiet">{text}</p>}
    </div>
  )
}
