import assert from "node:assert/strict"
import { test } from "node:test"
import { html, trustedHtml } from "./html.ts"

test("values are escaped in elements and attributes, markup is not", () => {
  const nasty = `"><script>alert('1')</script>&`
  assert.equal(
    html`<a title="${nasty}">${nasty}</a>`.markup,
    `<a title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">` +
      `&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</a>`,
  )
  assert.equal(html`<p>${html`<b>${"<"}</b>`}</p>`.markup, "<p><b>&lt;</b></p>")
  assert.equal(html`${trustedHtml("<br>")}`.markup, "<br>")
})

test("lists are joined, nothing is nothing, zero is a number", () => {
  assert.equal(html`${["<", html`<b>x</b>`, [1]]}`.markup, "&lt;<b>x</b>1")
  assert.equal(html`${undefined}${null}${false}${0}`.markup, "0")
})
