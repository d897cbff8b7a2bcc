// What the HTTP server counts: answers by route, method and class of status, and how long each took. A route's counters are
// looked up once, so that a request costs an addition and a look at the clock. Routes are named by their pattern, never by the
// path that was asked for: that would hold ids, and make a series of each.

import type { Counter, Histogram, Metrics } from "@aviary/kit"

export interface RouteMetrics {
  /** An answer was made. `milliseconds`: from when the request had arrived; undefined for an answer that never ends. */
  answered(status: number, milliseconds: number | undefined): void
}

export interface RequestMetrics {
  /** `route` is a pattern such as `/api/v1/statuses/:id`, or `none` for what no route answers. */
  of(method: string, route: string): RouteMetrics
}

export function createRequestMetrics(metrics: Metrics): RequestMetrics {
  const answers = metrics.counters({
    name: "aviary_http_requests_total",
    help: "Answered requests, by the route's pattern, its method and the class of the status.",
    labels: ["method", "route", "status"],
  })
  const times = metrics.histograms({
    name: "aviary_http_request_duration_seconds",
    help: "From the arrival of a request to its answer being ready to be sent.",
    labels: ["method", "route"],
  })
  return {
    of(method, route) {
      // Made at the first answer: a service has hundreds of routes of which a scrape need not see the unused.
      const byClass: Counter[] = []
      let time: Histogram | undefined
      return {
        answered(status, milliseconds) {
          const statusClass = Math.floor(status / 100)
          const counter = (byClass[statusClass] ??= answers.with({
            method,
            route,
            status: `${statusClass}xx`,
          }))
          counter.inc()
          if (milliseconds === undefined) return
          time ??= times.with({ method, route })
          time.observe(milliseconds / 1_000)
        },
      }
    },
  }
}
