// The words of reporting somebody to the staff.

export const reportsMessages = {
  "reports.title": "Report {name}",
  "reports.step": "Step {step} of {steps}",
  "reports.reason": "What is wrong?",
  "reports.reason.spam": "It is spam",
  "reports.reason.spam.hint": "Advertising, fake attention, the same reply again and again",
  "reports.reason.violation": "It breaks a rule",
  "reports.reason.violation.hint": "One of the rules of this community, which you can name",
  "reports.reason.other": "Something else",
  "reports.reason.other.hint": "You can say what in your own words",
  "reports.rules": "Which rules does it break?",
  "reports.posts": "Are there posts that show it?",
  "reports.posts.hint":
    "The staff sees the posts that you choose, also where they would not see them otherwise.",
  "reports.posts.none": "There are no other posts that you could choose. That is fine.",
  "reports.posts.failed": "The other posts could not be loaded. You can go on without them.",
  "reports.posts.picture": "A post without words",
  "reports.words": "What else should the staff know?",
  "reports.words.hint":
    "You can leave this empty. {name} does not learn who reported, nor that somebody did.",
  "reports.back": "Back",
  "reports.next": "Next",
  "reports.send": "Send report",
  "reports.thanks": "Thank you",
  "reports.thanks.next":
    "The staff of {community} reads every report and decides what to do. {name} is not told about it.",
  "reports.thanks.meanwhile": "You need not see {name} until then:",
  "reports.thanks.mute": "Mute {name}",
  "reports.thanks.mute.hint": "You do not see their posts. They do not notice.",
  "reports.thanks.block": "Block {name}",
  "reports.thanks.block.hint": "You do not see each other any more.",
  "reports.thanks.done": "Done",
} as const
