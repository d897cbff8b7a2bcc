// What the server understands beside plain words.

import { useT } from "../../intl/translate.ts"

export function SearchHints() {
  const t = useT()
  const hints = [
    { example: "dawn chorus", words: t("search.hint.words") },
    { example: '"dawn chorus"', words: t("search.hint.phrase") },
    { example: "chorus -rain", words: t("search.hint.not") },
    { example: "owl or nightjar", words: t("search.hint.or") },
    { example: "from:wren marsh", words: t("search.hint.from") },
  ]
  return (
    <dl
      aria-label={t("search.hints")}
      className="mx-auto mt-6 grid max-w-md grid-cols-[auto_1fr] items-baseline gap-x-5 gap-y-2.5 text-15"
    >
      {hints.map(({ example, words }) => (
        <div key={example} className="contents">
          <dt dir="ltr" className="font-mono text-13">
            {example}
          </dt>
          <dd className="text-quiet">{words}</dd>
        </div>
      ))}
    </dl>
  )
}
