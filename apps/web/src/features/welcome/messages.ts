// The words of the page that welcomes a visitor.

export const welcomeMessages = {
  "welcome.join": "Create account",
  "welcome.ask": "Ask to join",
  "welcome.invited": "I have an invite",
  "welcome.sign-in": "Sign in",
  "welcome.people": "{count, plural, one {One person is here} other {# people are here}}, {names} among them",
  "welcome.people.few": "{names} {count, plural, one {is} other {are}} here",
  "welcome.live": "What people are talking about",
  "welcome.live.empty": "It is quiet still",
  "welcome.live.empty.text": "Public posts show up here as soon as somebody writes one.",
  "welcome.tags": "Talked about",
  "welcome.about": "About and rules",
  "welcome.explore": "Explore",
  "welcome.note": "No advertising, no tracking. Your posts stay yours: take them with you at any time.",
  "welcome.empty-description": "A small social network of its own. Come in and say hello.",
} as const
