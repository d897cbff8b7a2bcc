// The words about people in lists.

export const peopleMessages = {
  "people.follow": "Follow",
  "people.follow.name": "Follow {name}",
  "people.follow.back": "Follow back",
  "people.follow.back.name": "Follow back {name}",
  "people.request": "Ask to follow",
  "people.request.name": "Ask to follow {name}",
  "people.following": "Following",
  "people.following.name": "Following {name}, press to unfollow",
  "people.requested": "Requested",
  "people.requested.name": "Requested to follow {name}, press to take it back",
  "people.follows.you": "Follows you",
  "people.unblock": "Unblock",
  "people.unfollow": "Unfollow",
  "people.unfollow.title": "Unfollow {name}?",
  "people.unfollow.text": "To follow again you would have to be let in again.",
  "people.failed": "That did not work for {name}. Try again in a moment.",
} as const
