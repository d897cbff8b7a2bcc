// Random texts for tests, made of what breaks parsers of posts: signs next to letters, addresses, markup, controls.

import fc from "fast-check"

const hostileParts = [
  ..."@#＃:/&<>\"'()[].,-_=·・ \n\r\t\0\u200c\u200d\ufe0f\u0301\u202e\ud800\u00ad",
  ...[
    "\n\n",
    "\r\n",
    "@alice",
    "@Bob@example.org",
    "#Tag",
    "#日本語",
    "#1",
    "😀",
    "👩‍👩‍👧",
    "🇩🇪",
    "é",
    "ﷺ",
    "⑴a",
    "İ",
    "ͺ",
  ],
  ...[
    "https://",
    "http://example.org/",
    "https://www.example.org/a-path/that/goes/on/and/on",
    "https://пример.рф/",
    "@x.y",
  ],
  ...[
    "javascript:alert(1)",
    "javascript://",
    "data:text/html,",
    "<script>",
    "</span>",
    '<a href="',
    "&amp;",
    "&#39;",
  ],
  ...[":cat:", "a", "Z", "9", "ABC", "क्ष", "각", "ـ", "؀1"],
]

/** Arbitrary strings, half of them built from hostile parts. */
export const postLikeText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...hostileParts), { maxLength: 24 }).map((parts) => parts.join("")),
  fc
    .array(fc.oneof(fc.constantFrom(...hostileParts), fc.string({ unit: "binary" })), { maxLength: 12 })
    .map((parts) => parts.join("")),
)
