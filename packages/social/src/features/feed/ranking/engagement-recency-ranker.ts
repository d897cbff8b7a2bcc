// The baseline: what people did with a post against its age. Every other ranker is measured against this one.

import type { Candidate, RankedEntry, Ranker } from "./ranker.ts"

const HOUR_MS = 3_600_000
const ENGAGEMENT_WEIGHT = 2

/**
 * The classical score of news feeds, 2 × engagement − age in hours, with engagement = likes + reposts + replies: each deed is
 * worth two hours.
 */
export function createEngagementRecencyRanker(): Ranker {
  return {
    name: "engagement-recency",
    rank: (candidates, now) =>
      candidates.map((candidate) => entryOf(candidate, now)).sort((a, b) => b.score - a.score || b.id - a.id),
  }
}

function entryOf(candidate: Candidate, now: number): RankedEntry {
  const { id, authorId, likes, reposts, replies } = candidate
  const engagement = likes + reposts + replies
  const ageHours = Math.max(0, now - candidate.postedAt) / HOUR_MS
  const score = ENGAGEMENT_WEIGHT * engagement - ageHours
  return {
    id,
    authorId,
    score,
    reason:
      engagement > 0
        ? { kind: "engagement", likes, reposts, replies }
        : { kind: "recent", ageHours: Math.round(ageHours) },
  }
}
