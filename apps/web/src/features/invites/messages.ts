// The words of inviting.

export const invitesMessages = {
  "invites.title": "Invites",
  "invites.new": "Invite somebody",
  "invites.new.hint":
    "Send the link to whom you would like to have here. It lets them in, whatever else is needed to join.",
  "invites.uses": "Can be used",
  "invites.uses.any": "Any number of times",
  "invites.uses.count": "{count, plural, one {Once} other {# times}}",
  "invites.ends": "Ends",
  "invites.ends.never": "Never",
  "invites.ends.day": "After a day",
  "invites.ends.week": "After a week",
  "invites.ends.month": "After a month",
  "invites.follow": "Who joins follows you",
  "invites.create": "Make a link",
  "invites.share": "Share",
  "invites.link": "Invite link",
  "invites.qr": "Code of the invite link, to scan with a phone",
  "invites.yours": "Your links",
  "invites.none": "You have made no links yet.",
  "invites.used":
    "{count, plural, =0 {Nobody has joined by it yet} one {# person joined by it} other {# people joined by it}}",
  "invites.left": "{count, plural, one {# place left} other {# places left}}",
  "invites.until": "Until {date}",
  "invites.over": "Ended",
  "invites.revoke": "End this link",
  "invites.revoked": "The link was ended",
  "invites.refused": "Only the staff of this community sends invites.",
} as const
