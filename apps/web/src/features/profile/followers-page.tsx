// Who follows a member.

import { useParams } from "@tanstack/react-router"
import { ConnectionsPage } from "./connections-page.tsx"

export function FollowersPage() {
  const { name } = useParams({ from: "/shell/@{$name}/followers" })
  return <ConnectionsPage key={name} acct={name} of="followers" />
}
