// The window in which somebody is reported: one question at a time, and at the end what happens next. What was written stays where
// sending fails.

import { useMutation } from "@tanstack/react-query"
import { useEffect, useRef, useState } from "react"
import type { ReactNode } from "react"
import { useT } from "../../intl/translate.ts"
import { useApi, useInstance } from "../../session/client-context.tsx"
import { Button } from "../../ui/button.tsx"
import { Dialog } from "../../ui/dialog.tsx"
import { FormProblem } from "../../ui/form-problem.tsx"
import { PostsStep } from "./posts-step.tsx"
import type { ReportDialogProps } from "./report-dialog.tsx"
import { isAnswered, newDraft, reportBody, stepsOf } from "./report-draft.ts"
import type { ReportDraft, ReportStep } from "./report-draft.ts"
import { ReasonStep, RulesStep, WordsStep } from "./report-steps.tsx"
import { ReportThanks } from "./report-thanks.tsx"

export function ReportWindow({ account, post, onClose }: ReportDialogProps) {
  const t = useT()
  const api = useApi()
  const [draft, setDraft] = useState(() => newDraft(post?.id))
  const [place, setPlace] = useState(0)
  const send = useMutation({
    mutationFn: () => api.post("/api/v1/reports", { body: reportBody(account.id, draft) }),
  })
  const name = `@${account.username}`
  if (send.isSuccess) return <ReportThanks account={account} onClose={onClose} />
  const steps = stepsOf(draft)
  const step = steps[place] ?? "reason"
  const isLast = place === steps.length - 1
  return (
    <Dialog
      open
      title={t("reports.title", { name })}
      onClose={onClose}
      actions={
        <>
          <span className="me-auto self-center text-13 text-quiet">
            {t("reports.step", { step: place + 1, steps: steps.length })}
          </span>
          {place > 0 && (
            <Button look="quiet" disabled={send.isPending} onClick={() => setPlace(place - 1)}>
              {t("reports.back")}
            </Button>
          )}
          <Button
            look="primary"
            busy={send.isPending}
            disabled={!isAnswered(step, draft)}
            onClick={() => (isLast ? send.mutate() : setPlace(place + 1))}
          >
            {t(isLast ? "reports.send" : "reports.next")}
          </Button>
        </>
      }
    >
      <Focused key={step}>
        <Step
          step={step}
          draft={draft}
          report={{ account, ...(post && { post }) }}
          onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        />
      </Focused>
      <FormProblem error={send.error} />
    </Dialog>
  )
}

interface StepProps {
  readonly step: ReportStep
  readonly draft: ReportDraft
  readonly report: Omit<ReportDialogProps, "onClose">
  readonly onChange: (change: Partial<ReportDraft>) => void
}

function Step({ step, draft, report, onChange }: StepProps) {
  const rules = useInstance()?.rules ?? []
  switch (step) {
    case "reason":
      return <ReasonStep reason={draft.reason} hasRules={rules.length > 0} onChange={onChange} />
    case "rules":
      return <RulesStep rules={rules} chosen={draft.ruleIds} onChange={onChange} />
    case "posts":
      return <PostsStep {...report} chosen={draft.postIds} onChange={onChange} />
    case "words":
      return <WordsStep name={`@${report.account.username}`} comment={draft.comment} onChange={onChange} />
  }
}

/** Each step is read from its beginning, by eyes and by screen readers; the first is the window's own affair. */
function Focused({ children }: { readonly children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const active = document.activeElement
    if (active?.closest("[role=dialog]") === null || active === document.body || active?.tagName === "BUTTON")
      box.current?.focus({ preventScroll: true })
    box.current?.parentElement?.scrollTo(0, 0)
  }, [])
  return (
    <div ref={box} tabIndex={-1} className="pb-1 outline-none">
      {children}
    </div>
  )
}
