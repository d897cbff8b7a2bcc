// The words of sign-up.

export const signUpMessages = {
  "sign-up.title": "Create account",
  "sign-up.head": "Join {community}",
  "sign-up.head.invited": "{name} invites you to {community}",
  "sign-up.have": "Have an account? Sign in",
  "sign-up.username": "Name",
  "sign-up.username.hint": "Letters, numbers and underscores. It cannot be changed later.",
  "sign-up.username.preview": "You will be {handle}",
  "sign-up.username.bad": "Only letters, numbers and underscores, at most 30.",
  "sign-up.email": "E-mail address",
  "sign-up.email.hint": "For signing in. Nobody else sees it.",
  "sign-up.password": "Password",
  "sign-up.reason": "Why do you want to join?",
  "sign-up.reason.optional": "Why do you want to join? (if you like)",
  "sign-up.reason.hint": "A sentence or two. The staff of {community} reads it before they let you in.",
  "sign-up.rules": "Rules",
  "sign-up.agree": "I agree to these rules",
  "sign-up.agree.none": "I will treat people here as I would like to be treated",
  "sign-up.submit": "Create account",
  "sign-up.submit.ask": "Ask to join",
  "sign-up.problem.taken": "Somebody has this already. Choose another.",
  "sign-up.problem.reserved": "This name is kept for the community. Choose another.",
  "sign-up.problem.blank": "Fill this in.",
  "sign-up.problem.email": "This is not an e-mail address.",
  "sign-up.problem.agreement": "It takes this to join.",
  "sign-up.problem.invite": "This invite has ended or has been used up. Ask for a new one.",
  "sign-up.problem.fields": "Look at the fields above: something is missing or taken.",
  "sign-up.waiting": "You are on the list, {name}",
  "sign-up.waiting.text":
    "The staff of {community} looks at who would like to join. Come back and sign in; as soon as they have let you in, it works.",
  "sign-up.closed": "Nobody can join right now",
  "sign-up.closed.text":
    "{community} takes no new members. You can read what is public, and come back later.",
  "sign-up.invite-only": "{community} is by invitation",
  "sign-up.invite-only.text":
    "Ask somebody who is here for an invite link, and open it. Until then you can read what is public.",
  "sign-up.invite-ended": "This invite has ended",
  "sign-up.invite-ended.text":
    "It was used up, or its time is over. Ask whoever gave it to you for a new one.",
  "sign-up.without": "Join without an invite",
  "sign-up.look": "Look around",
} as const
