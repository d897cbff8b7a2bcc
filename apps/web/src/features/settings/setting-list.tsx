// The list of the settings: a page of its own on a phone, the first of two columns on a desktop.

import { ChevronRight } from "lucide-react"
import { useT } from "../../intl/translate.ts"
import { PlainLink } from "../../ui/link.tsx"
import { useIsStaff } from "./own-account.ts"
import { communityPlace, settingGroups } from "./setting-places.ts"
import type { SettingPlace } from "./setting-places.ts"

export function SettingList() {
  const t = useT()
  const staff = useIsStaff()
  const groups = settingGroups.map((group) =>
    staff && group.label === "settings.group.more"
      ? { ...group, places: [communityPlace, ...group.places] }
      : group,
  )
  return (
    <nav aria-label={t("settings.title")} className="flex flex-col gap-4 px-2 py-3">
      {groups.map(({ label, places }) => (
        <div key={label}>
          <p className="px-3 pb-1 text-13 text-quiet">{t(label)}</p>
          <ul>
            {places.map((place) => (
              <li key={place.to}>
                <SettingLink place={place} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  )
}

function SettingLink({ place }: { readonly place: SettingPlace }) {
  const t = useT()
  const { to, label, icon: Icon } = place
  return (
    <PlainLink
      to={to}
      className="flex min-h-12 items-center gap-3.5 rounded-12 px-3 text-16 transition-colors hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium wide:min-h-11 wide:text-15"
    >
      <Icon size={20} aria-hidden className="shrink-0 stroke-[1.75] text-quiet" />
      <span className="min-w-0 flex-1 truncate">{t(label)}</span>
      <ChevronRight size={18} aria-hidden className="shrink-0 text-quiet wide:hidden rtl:-scale-x-100" />
    </PlainLink>
  )
}
