// Around all settings pages: on a desktop their list stands beside them, on a phone it is the page before them.

import { Outlet } from "@tanstack/react-router"
import { SettingList } from "./setting-list.tsx"

export function SettingsLayout() {
  return (
    <div className="wide:grid wide:min-h-dvh wide:grid-cols-[17rem_minmax(0,1fr)]">
      <div className="border-e max-wide:hidden">
        <div className="sticky top-0 max-h-dvh overflow-y-auto pt-1">
          <SettingList />
        </div>
      </div>
      <div className="min-w-0">
        <Outlet />
      </div>
    </div>
  )
}
