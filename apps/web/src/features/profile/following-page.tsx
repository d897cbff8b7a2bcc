// Whom a member follows.

import { useParams } from "@tanstack/react-router"
import { ConnectionsPage } from "./connections-page.tsx"

export function FollowingPage() {
  const { name } = useParams({ from: "/shell/@{$name}/following" })
  return <ConnectionsPage key={name} acct={name} of="following" />
}
