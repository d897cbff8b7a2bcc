// The first page: a member's timeline, or what a visitor is welcomed with.

import { lazyRouteComponent } from "@tanstack/react-router"
import { withLaterWords } from "../../intl/words.ts"
import { useSession } from "../../session/client-context.tsx"
import { HomePage } from "./home-page.tsx"

const WelcomePage = lazyRouteComponent(
  withLaterWords(() => import("../welcome/welcome-page.tsx")),
  "WelcomePage",
)

export function FrontPage() {
  return useSession().kind === "signed-out" ? <WelcomePage /> : <HomePage />
}
