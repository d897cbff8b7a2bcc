// `aviary announcements`: what staff have to say to all members, at a terminal.

import { AppError } from "@aviary/kit"
import type { AviarySettings } from "../settings.ts"
import type { Terminal } from "../terminal.ts"
import { withTools } from "./tools.ts"

export async function addAnnouncement(
  settings: AviarySettings,
  terminal: Terminal,
  announcement: { text: string; starts?: string; ends?: string; allDay?: boolean },
): Promise<void> {
  const { text, starts, ends, allDay = false } = announcement
  const times = { startsAt: timeOf("--starts", starts), endsAt: timeOf("--ends", ends) }
  await withTools(settings, async ({ announcements }) => {
    const id = await announcements.publish({ text, allDay, ...times })
    terminal.line(`${terminal.style.good("✔")} Announcement ${id} is published`)
  })
}

export async function listAnnouncements(
  settings: AviarySettings,
  terminal: Terminal,
  options: { json?: boolean },
): Promise<void> {
  await withTools(settings, async ({ announcements }) => {
    const all = await announcements.all()
    if (options.json) return terminal.json(all)
    if (all.length === 0) terminal.line("There are no announcements")
    for (const { id, text, ends_at: ends, reactions } of all) {
      const until = ends ? `, until ${ends.toISOString()}` : ""
      const counts = reactions.map((reaction) => ` ${reaction.name} ${reaction.count}`).join("")
      terminal.line(`${id}${until}${counts}  ${text.replaceAll(/\s+/g, " ")}`)
    }
  })
}

export async function removeAnnouncement(
  settings: AviarySettings,
  terminal: Terminal,
  id: number,
): Promise<void> {
  await withTools(settings, ({ announcements }) => announcements.remove(id))
  terminal.line(`${terminal.style.good("✔")} Announcement ${id} is gone`)
}

/** A time as somebody types it: ISO 8601, with or without an offset. */
function timeOf(option: string, written: string | undefined): Date | null {
  if (written === undefined) return null
  const time = new Date(written)
  if (Number.isNaN(time.getTime())) {
    throw new AppError("command.invalid", {
      reason: `${option} ${written} is not a time such as 2026-05-01T12:00Z`,
    })
  }
  return time
}
