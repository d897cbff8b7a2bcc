// The words of notifications.

export const notificationsMessages = {
  "notifications.title": "Notifications",
  "notifications.empty": "Nothing new yet",
  "notifications.empty.text": "Replies, likes, reposts and new followers show up here.",
  "notifications.new": "{count} new",
  "notifications.show": "What to show",
  "notifications.show.all": "All",
  "notifications.show.mentions": "Mentions",
  "notifications.show.likes": "Likes",
  "notifications.show.follows": "Follows",
  "notifications.requests": "{count, plural, one {# person asks} other {# people ask}} to follow you",
  "notifications.request.accept": "Accept",
  "notifications.request.reject": "Decline",
  "notifications.request.accept.name": "Accept the request of {name}",
  "notifications.request.reject.name": "Decline the request of {name}",
  "notifications.request.let.in": "Follows you now",
  "notifications.request.answered": "Answered",
  "notifications.picture": "A post without words",
  "notifications.mention": "{name} mentioned you",
  "notifications.status": "{name} posted",
  "notifications.reblog":
    "{name}{others, plural, =0 {} one { and one other} other { and # others}} reposted your post",
  "notifications.follow":
    "{name}{others, plural, =0 {} one { and one other} other { and # others}} followed you",
  "notifications.follow.request": "{name} asks to follow you",
  "notifications.favourite":
    "{name}{others, plural, =0 {} one { and one other} other { and # others}} liked your post",
  "notifications.poll": "A poll has ended",
  "notifications.update": "{name} edited a post",
  "notifications.quote": "{name} quoted you",
  "notifications.quoted.update": "A post that you quoted was edited",
  "notifications.sign.up":
    "{name}{others, plural, =0 {} one { and one other} other { and # others}} signed up",
  "notifications.report": "{name} sent a report",
  "notifications.staff": "Look at it",
  "notifications.severed": "Some of your follows ended",
  "notifications.warning": "The moderators have written to you",
} as const
