// The first page: a member's timeline, or what a visitor is welcomed with.

import { lazyRouteComponent } from "@tanstack/react-router"
import { useSession } from "../../session/client-context.tsx"
import { HomePage } from "./home-page.tsx"

const WelcomePage = lazyRouteComponent(() => import("../welcome/welcome-page.tsx"), "WelcomePage")

export function FrontPage() {
  return useSession().kind === "signed-out" ? <WelcomePage /> : <HomePage />
}
