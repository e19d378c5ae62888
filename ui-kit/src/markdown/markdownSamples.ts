/**
 * Markdown for the tests of this room: a corpus of whole answers and the pieces from which random
 * ones are put together. Chosen so that later text can change earlier blocks.
 */

export const samples: Readonly<Record<string, string>> = {
  prose: `# Title

Some **bold**, *em*, ***both***, ~~gone~~ and \`code\`, a [link](https://example.com/a_b_c "t").
A second line of the same paragraph with a hard break  
and one more\\
line, AT&amp;T &copy; &#8212; 5 * 3 snake_case.

Last paragraph with https://example.com/x and <mailto:a@example.com>.
`,
  references: `See [one], [the second][two] and [Three][].

* An item with [one]
* and [missing][nope]

> quoted [two]

[one]: https://example.com/1
[two]: <https://example.com/2> 'Second'

Between.

[three]: https://example.com/3
  "Third
  title"
[one]: https://example.com/never
`,
  lists: `Intro:
- a
- b
  - b1
    continued
  - b2

    loose paragraph
- c
lazy line

1. one

2. two
   \`\`\`js
   const x = 1

   // # not a heading
   \`\`\`
3. three

- [ ] open
- [x] done

* other bullet
10. ten

    deep
Text after.
`,
  code: `Before
\`\`\`ts
const a = \`template\`

**not bold**
\`\`\`
After without a blank line
~~~
\`\`\`
~~~

    indented

    still the same

## End
`,
  tables: `Text before
| a | b |
|---|:-:|
| 1 | **x** |
| \`p|q\` | [l](https://example.com) |

Other

c | d
--|--
3 | 4
not a row?

| lonely |
text
`,
  setext: `Heading one
===

Heading
two
---

para
***
- item
---
text
- - -
`,
  html: `<div>
**inside**

</div>

text <b>inline</b> <a href="x">https://example.com</a> tail

<!-- open

comment -->

<script>
alert(1)

more()
</script>
after

<details><summary>s</summary>

body
</details>
`,
  quotes: `> quote
lazy
> > nested
> > more
> back

> - list
>   in quote
>
>   \`\`\`
>   code
>   \`\`\`
after

>
> [q]: /inside
> text

[q] outside
`,
}

/** Lines and half lines; whole constructs come about by chance. */
export const fragments: readonly string[] = [
  ...['\n', '\n', '\n\n', '\n\n', '\n \t\n', '  \n', ' ', '    ', '\t', '\r\n'],
  ...['- ', '* ', '+ ', '1. ', '2) ', '10. ', '-', '- [ ] ', '- [x] ', '    - ', '  '],
  ...['> ', '>', '# ', '## ', '#', '---', '***', '===', '--', '\n---\n', '\n===\n'],
  ...['```', '~~~', '````', '```js\n', '\n```\n', '`', '``', '    code\n', '\tcode\n'],
  ...['| a | b |\n', '|---|---|\n', '| 1 | 2 |\n', '|', 'a | b\n', '--|--\n'],
  ...['[a]', '[b][a]', '[a]: /one\n', '[b]: /two "t"\n', '[a]:\n', '/x "', '"\n', "'t'\n", '(t)\n'],
  ...['[c](/d)', '![i](/j)', '[', ']', '(', ')', '<https://e.com>', 'https://e.com/ '],
  ...[
    '<div>',
    '</div>',
    '<div\n',
    '</foo',
    '>\n',
    '<b>',
    '</b>',
    '<!--',
    '-->',
    '<script>',
    '</script>',
  ],
  ...['<pre>\n', '</pre>', '<?', '?>', '<a href="', '<!D', '<![CDATA[', ']]>'],
  ...['*', '**', '_', '__', '~~', '\\', '&amp;', '&', 'a', 'word ', 'two words', 'é', '日本', '😀'],
]
