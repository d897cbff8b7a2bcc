import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import type { Filter } from "./filter-set.ts"
import { createFilterSet, noFilters } from "./filter-set.ts"

const NOW = Date.UTC(2026, 0, 1)

function filter(more: Partial<Filter> & { words?: readonly (readonly [string, boolean])[] }): Filter {
  const { words = [], ...rest } = more
  return {
    id: 1,
    title: "Quiet",
    contexts: ["home"],
    action: "warn",
    expiresAt: Number.POSITIVE_INFINITY,
    keywords: words.map(([keyword, whole_word], id) => ({ id, keyword, whole_word })),
    posts: [],
    ...rest,
  }
}

const subject = (text: string, id = 5, originalId: number | null = null) => ({
  id,
  originalId,
  text: () => text,
})

/** [keyword, whole word, text, what is found] */
const cases: readonly (readonly [string, boolean, string, string | undefined])[] = [
  ["cat", true, "A CAT sat", "CAT"],
  ["cat", true, "concatenate", undefined],
  ["cat", false, "concatenate", "cat"],
  ["vögel", true, "Die VÖGEL singen", "VÖGEL"],
  ["ogel", true, "vögel vogel", undefined],
  ["vög", true, "vögel", undefined],
  ["鳥", true, "小鳥", undefined],
  ["鳥", false, "小鳥", "鳥"],
  ["#cats", true, "see #cats!", "#cats"],
  ["#cats", true, "see #catsup", undefined],
  ["c++", true, "I like C++, you?", "C++"],
  [".*", false, "anything", undefined],
  [".*", false, "a .* b", ".*"],
  ["a-b", true, "a-b", "a-b"],
  ["two words", true, "say two words here", "two words"],
  ["🐦", true, "a 🐦bird", "🐦"],
]
for (const [keyword, whole, text, found] of cases) {
  test(`${keyword}${whole ? " as a word" : ""} in ${JSON.stringify(text)}: ${found ?? "not found"}`, () => {
    const matches = createFilterSet([filter({ words: [[keyword, whole]] })]).match(subject(text), NOW)
    assert.deepEqual(
      matches.map((match) => match.keywords),
      found === undefined ? [] : [[found]],
    )
  })
}

test("whatever is typed is looked for as it stands, and found where it is", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string(),
      fc.string(),
      (word, before, after) => {
        const set = createFilterSet([filter({ words: [["zzz-nowhere", true], [word, false]] })]) // prettier-ignore
        assert.equal(set.match(subject(before + word + after), NOW).length, 1)
      },
    ),
  )
})

test("posts that are named match, and so do their reposts", () => {
  const set = createFilterSet([filter({ posts: [{ id: 1, post_id: 5 }] })])
  const never = (id: number, originalId: number | null) => ({
    id,
    originalId,
    text: () => assert.fail("no words"),
  })
  assert.deepEqual(set.match(never(5, null), NOW)[0]?.postIds, [5])
  assert.deepEqual(set.match(never(6, 5), NOW)[0]?.postIds, [5])
  assert.deepEqual(set.match(never(6, null), NOW), [])
})

test("each filter that matches is told, in the order in which they were made; ended ones are not in force", () => {
  const words = [["cat", true]] as const
  const set = createFilterSet([
    filter({ id: 3, words }),
    filter({ id: 2, words, expiresAt: NOW + 1 }),
    filter({ id: 1, words: [["dog", true]] }),
  ])
  const ids = (now: number) => set.match(subject("cat"), now).map((match) => match.filter.id)
  assert.deepEqual([ids(NOW), ids(NOW + 1)], [[2, 3], [3]])
})

test("only what hides leaves posts out, and only where it is in force", () => {
  const words = [["cat", true]] as const
  const set = createFilterSet([
    filter({ words, contexts: ["home", "public"] }),
    filter({ id: 2, words: [["dog", true]], action: "hide", contexts: ["public"], expiresAt: NOW + 1 }),
    filter({ id: 3, words: [["owl", true]], action: "blur", contexts: ["public"] }),
  ])
  assert.deepEqual(
    [set.hidesIn("public", NOW), set.hidesIn("home", NOW), set.hidesIn("public", NOW + 1)],
    [true, false, false],
  )
  const hidden = (text: string, context: "home" | "public") => set.hides(subject(text), context, NOW)
  assert.deepEqual([hidden("dog", "public"), hidden("dog", "home"), hidden("cat", "public"), hidden("owl", "public")], [true, false, false, false]) // prettier-ignore
  assert.equal(set.hides(subject("dog"), "public", NOW + 1), false)
  assert.equal(createFilterSet([]), noFilters)
})
