// Alerts that fire, as Alertmanager's webhook tells them, and what they mean for rollouts: while one fires that concerns a
// service, gates may hold its rollouts back; a page that begins while a rollout is under way and names its service aborts it,
// for what is paged about a service in the middle of a rollout is first of all the rollout. Kept in memory: Alertmanager repeats
// what still fires.

import type { AlertsInput } from "./control-inputs.ts"

export interface FiringAlert {
  readonly fingerprint: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly summary: string | undefined
  /** ISO 8601. */
  readonly since: string
}

export interface AlertBoard {
  /** What became of it: which rollouts were aborted by it. */
  receive(message: AlertsInput): { readonly firing: number; readonly aborted: readonly string[] }
  firing(): readonly FiringAlert[]
}

/** A rollout as the board sees it. */
export interface AlertedRollout {
  readonly service: string
  readonly id: string
  /** The releases that it brings. */
  readonly releases: readonly string[]
}

export interface AlertBoardDeps {
  /** Those under way. */
  readonly rollouts: () => readonly AlertedRollout[]
  /** One that cannot be aborted any more is left as it is. */
  readonly abort: (service: string, reason: string) => void
}

/** Values of the label `severity` that wake people. */
const PAGES = new Set(["page", "critical"])
const MAX_ALERTS = 5_000

export function createAlertBoard(deps: AlertBoardDeps): AlertBoard {
  const alerts = new Map<string, FiringAlert>()
  return {
    receive(message) {
      const begun: FiringAlert[] = []
      for (const told of message.alerts) {
        const alert = alertOf(told)
        if (told.status === "resolved") alerts.delete(alert.fingerprint)
        else {
          if (!alerts.has(alert.fingerprint)) begun.push(alert)
          if (alerts.size < MAX_ALERTS) alerts.set(alert.fingerprint, alert)
        }
      }
      const aborted = deps.rollouts().flatMap((rollout) => {
        const reason = begun.find((alert) => abortsRollout(alert, rollout))
        if (!reason) return []
        deps.abort(
          rollout.service,
          `The alert ${reason.name} fires${reason.summary ? `: ${reason.summary}` : ""}`,
        )
        return [rollout.id]
      })
      return { firing: alerts.size, aborted }
    },
    firing: () => [...alerts.values()],
  }
}

/**
 * Whether an alert that has begun ends a rollout: it pages, or asks for it by the label `action: abortRollout`; it names the
 * service; and where it names a release, it is one that the rollout brings. Pure.
 */
function abortsRollout({ labels }: Pick<FiringAlert, "labels">, rollout: AlertedRollout): boolean {
  const asks = PAGES.has(labels.severity ?? "") || labels.action === "abortRollout"
  const release = labels.release ?? labels.revision
  return (
    asks &&
    labels.service === rollout.service &&
    (release === undefined || rollout.releases.includes(release))
  )
}

function alertOf(told: AlertsInput["alerts"][number]): FiringAlert {
  const { labels, annotations, startsAt } = told
  const fingerprint =
    told.fingerprint ?? JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return {
    fingerprint,
    name: labels.alertname ?? "without a name",
    labels,
    summary: annotations.summary ?? annotations.description,
    since: startsAt,
  }
}
