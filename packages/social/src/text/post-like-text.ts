// Random texts for tests, made of what breaks parsers of posts: signs next to letters, addresses, markup, controls.

import fc from "fast-check"

const hostileParts = [
  String.raw`@ # ＃ : / & < > " ' ( ) [ ] . , - _ = · ・ \ ; % ? !`.split(" "),
  [
    "\n",
    "\r",
    "\n\n",
    "\r\n",
    "\t",
    " ",
    "\0",
    "\u200c",
    "\u200d",
    "\ufe0f",
    "\u0301",
    "\u202e",
    "\ud800",
    "\u00ad",
  ],
  ["@alice", "@Bob@example.org", "@x.y", "#Tag", "#日本語", "#1", ":cat:", "a", "Z", "9", "ABC"],
  ["😀", "👩‍👩‍👧", "🇩🇪", "é", "ﷺ", "⑴a", "İ", "ͺ", "क्ष", "각", "ـ", "\u06001"],
  [
    "https://",
    "http://example.org/",
    "https://www.example.org/a-path/that/goes/on/and/on",
    "https://пример.рф/",
  ],
  [
    "javascript:alert(1)",
    "javascript://",
    "data:text/html,",
    "<script>",
    "</span>",
    '<a href="',
    "&amp;",
    "&#39;",
  ],
].flat()

/** Arbitrary strings, half of them built from hostile parts. */
export const postLikeText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...hostileParts), { maxLength: 24 }).map((parts) => parts.join("")),
  fc
    .array(fc.oneof(fc.constantFrom(...hostileParts), fc.string({ unit: "binary" })), { maxLength: 12 })
    .map((parts) => parts.join("")),
)
