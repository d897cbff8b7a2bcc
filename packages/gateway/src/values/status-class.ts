// Status codes by their first digit, as figures name them. Texts that are made once: they are looked up for each request.

const CLASSES = ["0xx", "1xx", "2xx", "3xx", "4xx", "5xx", "6xx", "7xx", "8xx", "9xx"] as const

/** `2xx` for 204. */
export function statusClass(status: number): string {
  return CLASSES[Math.floor(status / 100)] ?? "0xx"
}
