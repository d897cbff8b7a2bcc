// The English catalogue, which is also the list of all ids. Each feature keeps its own words in features/NAME/messages.ts (ids begin
// with the feature's name) and has one line here. Another language is a file of the same ids.

import { aboutMessages } from "../features/about/messages.ts"
import { announcementsMessages } from "../features/announcements/messages.ts"
import { bookmarksMessages } from "../features/bookmarks/messages.ts"
import { communityMessages } from "../features/community/messages.ts"
import { composeMessages } from "../features/compose/messages.ts"
import { conversationsMessages } from "../features/conversations/messages.ts"
import { exploreMessages } from "../features/explore/messages.ts"
import { favouritesMessages } from "../features/favourites/messages.ts"
import { filtersMessages } from "../features/filters/messages.ts"
import { followRequestsMessages } from "../features/follow-requests/messages.ts"
import { hashtagMessages } from "../features/hashtag/messages.ts"
import { homeMessages } from "../features/home/messages.ts"
import { invitesMessages } from "../features/invites/messages.ts"
import { listsMessages } from "../features/lists/messages.ts"
import { mediaViewerMessages } from "../features/media-viewer/messages.ts"
import { notificationsMessages } from "../features/notifications/messages.ts"
import { onboardingMessages } from "../features/onboarding/messages.ts"
import { ownerSetupMessages } from "../features/owner-setup/messages.ts"
import { peopleMessages } from "../features/people/messages.ts"
import { postMessages } from "../features/post/messages.ts"
import { profileMessages } from "../features/profile/messages.ts"
import { reportsMessages } from "../features/reports/messages.ts"
import { searchMessages } from "../features/search/messages.ts"
import { settingsMessages } from "../features/settings/messages.ts"
import { signInMessages } from "../features/sign-in/messages.ts"
import { signUpMessages } from "../features/sign-up/messages.ts"
import { staffMessages } from "../features/staff/messages.ts"
import { threadMessages } from "../features/thread/messages.ts"
import { timelineMessages } from "../features/timeline/messages.ts"
import { welcomeMessages } from "../features/welcome/messages.ts"
import { shellMessages } from "../shell/messages.ts"
import { uiMessages } from "../ui/messages.ts"

export const en = {
  ...uiMessages,
  ...shellMessages,
  ...homeMessages,
  ...threadMessages,
  ...notificationsMessages,
  ...bookmarksMessages,
  ...favouritesMessages,
  ...composeMessages,
  ...profileMessages,
  ...followRequestsMessages,
  ...listsMessages,
  ...conversationsMessages,
  ...hashtagMessages,
  ...welcomeMessages,
  ...signUpMessages,
  ...onboardingMessages,
  ...ownerSetupMessages,
  ...exploreMessages,
  ...searchMessages,
  ...filtersMessages,
  ...settingsMessages,
  ...communityMessages,
  ...announcementsMessages,
  ...invitesMessages,
  ...aboutMessages,
  ...postMessages,
  ...peopleMessages,
  ...mediaViewerMessages,
  ...reportsMessages,
  ...staffMessages,
  ...timelineMessages,
  ...signInMessages,
}

export type MessageId = keyof typeof en
