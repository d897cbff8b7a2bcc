// Every address of the client. Pages are loaded when they are first opened, or when a link to them is about to be followed.

import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent as lazyComponent,
  redirect,
} from "@tanstack/react-router"
import { FrontPage } from "./features/home/front-page.tsx"
import { withLaterWords } from "./intl/words.ts"
import type { Client } from "./session/client.ts"
import { BrokenPage } from "./shell/broken-page.tsx"
import { MissingPage } from "./shell/missing-page.tsx"
import { Root } from "./shell/root.tsx"
import { Shell } from "./shell/shell.tsx"

interface RouterContext {
  readonly client: Client
}

const lazyRouteComponent: typeof lazyComponent = (load, name) => lazyComponent(withLaterWords(load), name)

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: Root })

interface Guarded {
  readonly context: RouterContext
  readonly location: { readonly href: string }
}

/** For pages that are a member's own: visitors are sent to sign in, and come back to it. */
function membersOnly({ context, location }: Guarded) {
  if (context.client.session.state().kind === "signed-out")
    // oxlint-disable-next-line typescript/only-throw-error -- the router's way of going elsewhere
    throw redirect({ to: "/sign-in", search: { next: location.href } })
}

/** Text of the named parameters of the query; whatever else stands there is left out. */
function texts<Name extends string>(...names: readonly Name[]) {
  return (search: Readonly<Record<string, unknown>>): Partial<Record<Name, string>> => {
    const found: Partial<Record<Name, string>> = {}
    for (const name of names) {
      const value = search[name]
      if (typeof value === "string" || typeof value === "number") found[name] = String(value)
    }
    return found
  }
}

// Without the bars around them.
const bare = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    validateSearch: texts("next"),
    component: lazyRouteComponent(() => import("./features/sign-in/sign-in-page.tsx"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/signed-in",
    component: lazyRouteComponent(() => import("./features/sign-in/signed-in-page.tsx"), "SignedInPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-up",
    validateSearch: texts("invite"),
    component: lazyRouteComponent(() => import("./features/sign-up/sign-up-page.tsx"), "SignUpPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/start",
    beforeLoad: membersOnly,
    component: lazyRouteComponent(
      () => import("./features/onboarding/onboarding-page.tsx"),
      "OnboardingPage",
    ),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    // `/setup` itself is the server's: there the owner chooses a password.
    path: "/setup/community",
    beforeLoad: membersOnly,
    component: lazyRouteComponent(
      () => import("./features/owner-setup/owner-setup-page.tsx"),
      "OwnerSetupPage",
    ),
  }),
] as const

const shellRoute = createRoute({ getParentRoute: () => rootRoute, id: "shell", component: Shell })

// For everybody.
const open = [
  createRoute({ getParentRoute: () => shellRoute, path: "/", component: FrontPage }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/live",
    component: lazyRouteComponent(() => import("./features/home/live-page.tsx"), "LivePage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/explore",
    validateSearch: texts("tab"),
    component: lazyRouteComponent(() => import("./features/explore/explore-page.tsx"), "ExplorePage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/search",
    validateSearch: texts("q", "type"),
    component: lazyRouteComponent(() => import("./features/search/search-page.tsx"), "SearchPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/tags/$tag",
    component: lazyRouteComponent(() => import("./features/hashtag/hashtag-page.tsx"), "HashtagPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/about",
    component: lazyRouteComponent(() => import("./features/about/about-page.tsx"), "AboutPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}",
    validateSearch: texts("tab"),
    component: lazyRouteComponent(() => import("./features/profile/profile-page.tsx"), "ProfilePage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}/followers",
    component: lazyRouteComponent(() => import("./features/profile/followers-page.tsx"), "FollowersPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}/following",
    component: lazyRouteComponent(() => import("./features/profile/following-page.tsx"), "FollowingPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}/$id",
    component: lazyRouteComponent(() => import("./features/thread/thread-page.tsx"), "ThreadPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}/$id/likes",
    component: lazyRouteComponent(() => import("./features/thread/liked-by-page.tsx"), "LikedByPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/@{$name}/$id/reposts",
    component: lazyRouteComponent(() => import("./features/thread/reposted-by-page.tsx"), "RepostedByPage"),
  }),
] as const

const memberRoute = createRoute({ getParentRoute: () => shellRoute, id: "member", beforeLoad: membersOnly })

const members = [
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/notifications",
    validateSearch: texts("show"),
    component: lazyRouteComponent(
      () => import("./features/notifications/notifications-page.tsx"),
      "NotificationsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/compose",
    validateSearch: texts("title", "text", "url"),
    component: lazyRouteComponent(() => import("./features/compose/compose-page.tsx"), "ComposePage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/drafts",
    validateSearch: texts("tab"),
    component: lazyRouteComponent(() => import("./features/compose/drafts-page.tsx"), "DraftsPage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/bookmarks",
    component: lazyRouteComponent(() => import("./features/bookmarks/bookmarks-page.tsx"), "BookmarksPage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/favourites",
    component: lazyRouteComponent(
      () => import("./features/favourites/favourites-page.tsx"),
      "FavouritesPage",
    ),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/lists",
    component: lazyRouteComponent(() => import("./features/lists/lists-page.tsx"), "ListsPage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/lists/$id",
    component: lazyRouteComponent(() => import("./features/lists/list-page.tsx"), "ListPage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/conversations",
    component: lazyRouteComponent(
      () => import("./features/conversations/conversations-page.tsx"),
      "ConversationsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/staff",
    validateSearch: texts("tab"),
    component: lazyRouteComponent(() => import("./features/staff/staff-page.tsx"), "StaffPage"),
  }),
  createRoute({
    getParentRoute: () => memberRoute,
    path: "/follow-requests",
    component: lazyRouteComponent(
      () => import("./features/follow-requests/follow-requests-page.tsx"),
      "FollowRequestsPage",
    ),
  }),
] as const

const settingsRoute = createRoute({
  getParentRoute: () => memberRoute,
  id: "settings",
  component: lazyRouteComponent(() => import("./features/settings/settings-layout.tsx"), "SettingsLayout"),
})

const settings = [
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings",
    component: lazyRouteComponent(() => import("./features/settings/settings-page.tsx"), "SettingsPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/profile",
    component: lazyRouteComponent(
      () => import("./features/profile/edit-profile-page.tsx"),
      "EditProfilePage",
    ),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/account",
    component: lazyRouteComponent(() => import("./features/settings/account-page.tsx"), "AccountPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/security",
    component: lazyRouteComponent(() => import("./features/settings/security-page.tsx"), "SecurityPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/sessions",
    component: lazyRouteComponent(() => import("./features/settings/sessions-page.tsx"), "SessionsPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/posting",
    component: lazyRouteComponent(() => import("./features/settings/posting-page.tsx"), "PostingPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/appearance",
    component: lazyRouteComponent(() => import("./features/settings/appearance-page.tsx"), "AppearancePage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/notifications",
    component: lazyRouteComponent(
      () => import("./features/settings/notification-settings-page.tsx"),
      "NotificationSettingsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/privacy",
    component: lazyRouteComponent(() => import("./features/settings/privacy-page.tsx"), "PrivacyPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/export",
    component: lazyRouteComponent(() => import("./features/settings/export-page.tsx"), "ExportPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/filters",
    component: lazyRouteComponent(() => import("./features/filters/filters-page.tsx"), "FiltersPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/filters/$id",
    component: lazyRouteComponent(() => import("./features/filters/filter-page.tsx"), "FilterPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/muted",
    component: lazyRouteComponent(() => import("./features/settings/muted-page.tsx"), "MutedPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/invites",
    component: lazyRouteComponent(() => import("./features/invites/invites-page.tsx"), "InvitesPage"),
  }),
  createRoute({
    getParentRoute: () => settingsRoute,
    path: "/settings/community",
    component: lazyRouteComponent(() => import("./features/community/community-page.tsx"), "CommunityPage"),
  }),
] as const

const routeTree = rootRoute.addChildren([
  ...bare,
  shellRoute.addChildren([
    ...open,
    memberRoute.addChildren([...members, settingsRoute.addChildren([...settings])]),
  ]),
])

export function createClientRouter(client: Client) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultNotFoundComponent: MissingPage,
    defaultErrorComponent: BrokenPage,
    // Pages have skeletons of their own; code is there sooner than a placeholder could be read.
    defaultPendingMs: 400,
  })
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createClientRouter>
  }
}
