// How fast a canary may be given requests, so that a bad one costs little at any traffic. Pure.
//
// A look comes each second and takes up to a quarter of a second to change the routes, so whatever is wrong goes on for 1.25 s after
// it could be seen. Before anything is known all requests may fail: 20 a second cost 25. After n good requests, regressions of
// an error share above about 20/n would have been found; one below costs at most 1.25·rate·20/n until the next look, which is
// 8 to 9 where the rate is n/3. So the rate may be (60 + n)/3: it starts at 20 a second and, where traffic is plenty, doubles every
// two seconds. Where there are fewer requests than that the steps alone decide.

const LOOK_AND_ROUTING_S = 1.25
const DAMAGE = 25
const RATE_PER_REQUEST = 1 / 3

/** Requests per second that the subject may have after it has had so many. */
export function maxRequestsPerSecond(requestsSeen: number): number {
  return DAMAGE / LOOK_AND_ROUTING_S + requestsSeen * RATE_PER_REQUEST
}

/**
 * The weight, in percent of the service's visitors, that a step may have now.
 * @param requestsPerSecond of the whole service
 */
export function rampedWeight(step: {
  readonly weight: number
  readonly maxRequestsPerSecond: number
  readonly requestsPerSecond: number
}): number {
  if (step.requestsPerSecond <= 0) return step.weight
  return Math.min(step.weight, (100 * step.maxRequestsPerSecond) / step.requestsPerSecond)
}
