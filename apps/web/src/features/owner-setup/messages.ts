// The words of the owner's set-up.

export const ownerSetupMessages = {
  "owner-setup.title": "Set up",
  "owner-setup.step": "Step {step} of {steps}",
  "owner-setup.identity": "What is this place?",
  "owner-setup.identity.text":
    "The first thing a visitor sees. You can change all of this later in the settings.",
  "owner-setup.look": "Make it look like yours",
  "owner-setup.look.text": "A colour and a picture. The page changes while you choose.",
  "owner-setup.joining": "Who can come in?",
  "owner-setup.joining.text": "Start small, and open the door when you are ready.",
  "owner-setup.rules": "What holds here",
  "owner-setup.rules.text":
    "A few short rules make it clear from the start. Everybody agrees to them when they join.",
  "owner-setup.invite": "Invite the first people",
  "owner-setup.invite.text":
    "A place lives by the first ten who come. This link lets them in, and they follow you from the start.",
  "owner-setup.next": "Continue",
  "owner-setup.back": "Back",
  "owner-setup.later": "Not now",
  "owner-setup.finish": "Finish",
  "owner-setup.forbidden": "This is for the owner",
  "owner-setup.forbidden.text": "You are signed in as somebody else. The owner of this community sets it up.",
  "owner-setup.home": "To the front page",
} as const
