// The places that the bars lead to.

import { Bell, Bookmark, Compass, Heart, House, List, Mail, Settings, ShieldCheck } from "lucide-react"
import type { LucideIcon } from "lucide-react"
import type { MessageId } from "../intl/en.ts"

export interface Destination {
  readonly to:
    | "/"
    | "/explore"
    | "/notifications"
    | "/conversations"
    | "/bookmarks"
    | "/favourites"
    | "/lists"
    | "/settings"
    | "/staff"
  readonly label: MessageId
  readonly icon: LucideIcon
  /** The second key after `g`. */
  readonly key: string
}

export const home: Destination = { to: "/", label: "shell.home", icon: House, key: "h" }
export const explore: Destination = { to: "/explore", label: "shell.explore", icon: Compass, key: "e" }
export const notifications: Destination = {
  to: "/notifications",
  label: "shell.notifications",
  icon: Bell,
  key: "n",
}
const conversations: Destination = {
  to: "/conversations",
  label: "shell.conversations",
  icon: Mail,
  key: "m",
}
const bookmarks: Destination = { to: "/bookmarks", label: "shell.bookmarks", icon: Bookmark, key: "b" }
const favourites: Destination = { to: "/favourites", label: "shell.favourites", icon: Heart, key: "f" }
const lists: Destination = { to: "/lists", label: "shell.lists", icon: List, key: "l" }
const settings: Destination = { to: "/settings", label: "shell.settings", icon: Settings, key: "s" }

/** In the order of the rail. */
export const memberDestinations = [
  home,
  explore,
  notifications,
  conversations,
  bookmarks,
  favourites,
  lists,
  settings,
]
export const visitorDestinations = [explore]
/** For who is of the staff, after the others. */
export const staffDestination: Destination = {
  to: "/staff",
  label: "shell.staff",
  icon: ShieldCheck,
  key: "a",
}
/** What a phone's own menu holds: all that its bar has no room for. */
export const menuDestinations = [conversations, bookmarks, favourites, lists, settings]
