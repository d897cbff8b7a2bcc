// What the staff does with a report: somebody looks after it, it is settled, or opened again. Twice is once.

import { AppError } from "@aviary/kit"
import type { Core } from "../../core.ts"
import type { NewDomainEvent } from "../../events/event-log.ts"
import { reportStream } from "./report-events.ts"
import type { ReportRow, ReportStore } from "./report-store.ts"

type Answer = (staffId: number, reportId: number) => Promise<void>

/** All fail with `record.not_found`. */
export interface AnswerReport {
  /** Whoever looked after it before does not any more. */
  readonly assign: Answer
  readonly unassign: Answer
  readonly resolve: Answer
  readonly reopen: Answer
}

export function createAnswerReport(deps: Pick<Core, "events"> & { reports: ReportStore }): AnswerReport {
  const { events, reports } = deps

  async function change(id: number, decide: (row: ReportRow) => NewDomainEvent | undefined): Promise<void> {
    await events.transact([reportStream(id)], async (tx) => {
      const [row] = await reports.find([id], tx.db)
      if (!row) throw new AppError("record.not_found")
      const event = decide(row)
      if (event) await tx.append([event])
    })
  }

  function assignTo(staffId: number, id: number, assignedId: number | null): Promise<void> {
    return change(id, (row) =>
      row.assigned_id === assignedId
        ? undefined
        : {
            type: "report.assigned",
            stream: reportStream(id),
            actor: staffId,
            data: { id, assigned_id: assignedId },
          },
    )
  }

  return {
    assign: (staffId, id) => assignTo(staffId, id, staffId),
    unassign: (staffId, id) => assignTo(staffId, id, null),
    resolve: (staffId, id) =>
      change(id, (row) => (row.resolved_at === null ? resolution(staffId, id) : undefined)),
    reopen: (staffId, id) =>
      change(id, (row) =>
        row.resolved_at === null
          ? undefined
          : { type: "report.reopened", stream: reportStream(id), actor: staffId, data: { id } },
      ),
  }
}

/** The event that settles a report. Pure. */
export function resolution(staffId: number, reportId: number): NewDomainEvent {
  const data = { id: reportId, resolved_by: staffId }
  return { type: "report.resolved", stream: reportStream(reportId), actor: staffId, data }
}
