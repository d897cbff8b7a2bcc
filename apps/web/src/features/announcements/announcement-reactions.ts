// What a reaction does to those of an announcement. Pure.

import type { AnnouncementReaction } from "../../api/aviary-entities.ts"

/** The member reacts by `name`, or takes it back. A reaction of nobody is gone. */
export function withReaction(
  reactions: readonly AnnouncementReaction[],
  name: string,
  on: boolean,
): AnnouncementReaction[] {
  const known = reactions.find((one) => one.name === name)
  if (!known) return on ? [...reactions, { name, count: 1, me: true }] : [...reactions]
  if ((known.me === true) === on) return [...reactions]
  return reactions
    .map((one) => (one.name === name ? { ...one, me: on, count: one.count + (on ? 1 : -1) } : one))
    .filter(({ count }) => count > 0)
}
