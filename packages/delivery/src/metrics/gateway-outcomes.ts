// Which of the gateway's outcomes speak of a release. Pure.

/** The release's answer reached the client, or it gave none that could be used. */
const ANSWERED = new Set(["answered", "upgraded"])
const FAILED = new Set(["no_instance", "upstream_failed", "upstream_timeout", "broken_answer"])

/** Answers from a cache, refusals of the gateway itself and clients that left say nothing about the release. */
export function isOfRelease({ outcome = "" }: Readonly<Record<string, string>>): boolean {
  return ANSWERED.has(outcome) || FAILED.has(outcome)
}

/** The member got no answer, or one of 5xx. */
export function isFailed({ outcome = "", code = "" }: Readonly<Record<string, string>>): boolean {
  return FAILED.has(outcome) || (ANSWERED.has(outcome) && code === "5xx")
}
