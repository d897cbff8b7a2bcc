// When a certificate is renewed, and when after a failure it is tried again. Pure.

/** What the authority suggests (ACME Renewal Information, RFC 9773); milliseconds since 1970. */
export interface RenewalWindow {
  readonly start: number
  readonly end: number
}

export interface RenewalFacts {
  readonly notBefore: number
  readonly notAfter: number
  readonly renewBeforeMs: number
  /** Undefined where the authority suggests nothing. */
  readonly window: RenewalWindow | undefined
  /** 0 … 1: where in the window, the same for one certificate at every look. */
  readonly dice: number
}

/**
 * When to renew: at the authority's word, and in any case before the operator's time. A certificate with a short life is renewed
 * after two thirds of it.
 */
export function renewalTime({ notBefore, notAfter, renewBeforeMs, window, dice }: RenewalFacts): number {
  const own = notAfter - Math.min(renewBeforeMs, (notAfter - notBefore) / 3)
  if (!window || window.end <= window.start) return own
  return Math.min(own, window.start + dice * (window.end - window.start))
}

const FIRST_MS = 120_000
const LONGEST_MS = 6 * 3_600_000

/**
 * How long to wait after the `failures`th failure in a row: two minutes, doubled each time up to six hours, and up to a quarter
 * more by `dice` (0 … 1). Let's Encrypt allows five failed validations an hour.
 */
export function retryDelay(failures: number, dice: number): number {
  const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, failures - 1))
  return Math.round(ms * (1 + dice / 4))
}
