// The words of the page about the community.

export const aboutMessages = {
  "about.title": "About",
  "about.members": "{count, plural, one {member} other {members}}",
  "about.posts": "{count, plural, one {post} other {posts}}",
  "about.active": "active this month",
  "about.rules": "Rules",
  "about.rules.none": "No rules have been written down. Treat people as you would like to be treated.",
  "about.contact": "Run by",
  "about.contact.email": "Write to {email}",
  "about.joining": "Joining",
  "about.joining.open": "Everybody can create an account.",
  "about.joining.approval": "The staff decides who joins. Tell them a word about yourself.",
  "about.joining.invite": "By invitation of a member.",
  "about.joining.closed": "No new members right now.",
  "about.software": "Software",
  "about.software.text":
    "Runs on Aviary {version}, free software that speaks the Mastodon API: any Mastodon app works here.",
  "about.software.app": "In your app, type this address: {domain}",
} as const
