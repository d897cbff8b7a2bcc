// How fast a canary may be given requests, so that a bad one costs little at any traffic. Pure.
//
// A look comes each second and takes up to a quarter of a second to change the routes, so whatever is wrong goes on for 1.25 s after
// it could be seen. Before anything is known all requests may fail: at 14 a second that is 17.5 on average and 24 at most in nine of
// ten cases. After n good requests, regressions of an error share above about 10/n would have been found; one below costs at most
// 1.25·rate·10/n until the next look, which is 4 where the rate is n/3. So the rate may be 14 + n/3: it starts low and, where
// traffic is plenty, doubles every two to three seconds. Where there are fewer requests than that the steps alone decide. Own
// arithmetic, held against simulation (`simulation/`) for 25 failed requests at any traffic.

const FIRST_RATE = 14
const RATE_PER_REQUEST = 1 / 3

/** Requests per second that the subject may have after it has had so many. */
export function maxRequestsPerSecond(requestsSeen: number): number {
  return FIRST_RATE + requestsSeen * RATE_PER_REQUEST
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
