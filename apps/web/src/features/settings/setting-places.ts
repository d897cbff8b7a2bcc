// The pages of the settings, in the order of their list.

import {
  BellRing,
  Database,
  Feather,
  Funnel,
  Globe,
  KeyRound,
  MonitorSmartphone,
  Palette,
  ShieldBan,
  UserCog,
  UserPen,
  UserPlus,
  Users,
} from "lucide-react"
import type { LucideIcon } from "lucide-react"
import type { MessageId } from "../../intl/en.ts"

export interface SettingPlace {
  readonly to:
    | "/settings/profile"
    | "/settings/account"
    | "/settings/security"
    | "/settings/sessions"
    | "/settings/appearance"
    | "/settings/posting"
    | "/settings/notifications"
    | "/settings/privacy"
    | "/settings/filters"
    | "/settings/muted"
    | "/settings/invites"
    | "/settings/export"
    | "/settings/community"
  readonly label: MessageId
  readonly icon: LucideIcon
}

interface SettingGroup {
  readonly label: MessageId
  readonly places: readonly SettingPlace[]
}

export const settingGroups: readonly SettingGroup[] = [
  {
    label: "settings.group.you",
    places: [
      { to: "/settings/profile", label: "profile.edit.title", icon: UserPen },
      { to: "/settings/account", label: "settings.account.title", icon: UserCog },
      { to: "/settings/security", label: "settings.security.title", icon: KeyRound },
      { to: "/settings/sessions", label: "settings.sessions.title", icon: MonitorSmartphone },
    ],
  },
  {
    label: "settings.group.reading",
    places: [
      { to: "/settings/appearance", label: "settings.appearance.title", icon: Palette },
      { to: "/settings/posting", label: "settings.posting.title", icon: Feather },
      { to: "/settings/notifications", label: "settings.notifications.title", icon: BellRing },
    ],
  },
  {
    label: "settings.group.peace",
    places: [
      { to: "/settings/privacy", label: "settings.privacy.title", icon: Users },
      { to: "/settings/filters", label: "filters.title", icon: Funnel },
      { to: "/settings/muted", label: "settings.muted.title", icon: ShieldBan },
    ],
  },
  {
    label: "settings.group.more",
    places: [
      { to: "/settings/invites", label: "invites.title", icon: UserPlus },
      { to: "/settings/export", label: "settings.export.title", icon: Database },
    ],
  },
]

/** For the owner and admins. */
export const communityPlace: SettingPlace = {
  to: "/settings/community",
  label: "community.title",
  icon: Globe,
}
