// The words of profile.

export const profileMessages = {
  "profile.title": "Profile",
  "profile.empty": "Nothing posted yet",
  "profile.empty.text": "What this member posts shows up here.",
  "profile.followers.title": "Followers",
  "profile.followers.empty": "No followers yet",
  "profile.followers.empty.text": "Whoever follows this member is listed here.",
  "profile.following.title": "Following",
  "profile.following.empty": "Follows nobody yet",
  "profile.following.empty.text": "Whom this member follows is listed here.",
  "profile.edit.title": "Edit profile",
  "profile.edit.empty": "Your profile",
  "profile.edit.empty.text": "Your name, picture and what you say about yourself.",
} as const
