// The parts of a profile, as its address names them. Pure.

export type ProfileTab = "posts" | "replies" | "media" | "likes"

const forEveryone: readonly ProfileTab[] = ["posts", "replies", "media"]

/** What one likes is shown to oneself alone. */
export function tabsFor(isOwn: boolean): readonly ProfileTab[] {
  return isOwn ? [...forEveryone, "likes"] : forEveryone
}

/** The tab of an address; the posts where it names none that there is. */
export function tabOf(value: string | undefined, isOwn: boolean): ProfileTab {
  return tabsFor(isOwn).find((tab) => tab === value) ?? "posts"
}
