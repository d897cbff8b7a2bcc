import assert from "node:assert/strict"
import { test } from "node:test"
import { joinFigures, labelled } from "./collected-figures.ts"

test("each sample says which instance it is of, beside what it says already", () => {
  const text = '# TYPE a counter\na 1\na{} 2\na{code="2\\"00",b="}"} 3.5e+7\n\n'
  assert.equal(
    labelled(text, 'instance="x"'),
    '# TYPE a counter\na{instance="x"} 1\na{instance="x"} 2\na{code="2\\"00",b="}",instance="x"} 3.5e+7\n\n',
  )
  assert.equal(labelled("<html>\n", 'instance="x"'), "\n", "what is no figure is left out")
})

test("a family of several instances is described once, and its samples stand together", () => {
  const one = '# HELP a What.\n# TYPE a counter\na{i="1"} 1\n# TYPE b gauge\nb{i="1"} 2\n'
  const two = '# TYPE b gauge\nb{i="2"} 4\n# HELP a What.\n# TYPE a counter\na{i="2"} 3\n'
  assert.equal(
    joinFigures([one, "", two]),
    '# HELP a What.\n# TYPE a counter\na{i="1"} 1\na{i="2"} 3\n# TYPE b gauge\nb{i="1"} 2\nb{i="2"} 4\n',
  )
})
