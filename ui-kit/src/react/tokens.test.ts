import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../styles/tokens.css'), 'utf8')

/** Every `--sk-*` of the rules with this selector, in order. */
function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf(`:where(${selector}) {`)
  expect(start, selector).toBeGreaterThan(0)
  const block = css.slice(start, css.indexOf('}', start))
  return new Map(
    [...block.matchAll(/(--sk-[\w-]+): ([^;]+);/g)].map(([, name, value]) => [
      name as string,
      value as string,
    ]),
  )
}

const THEMES = {
  light: tokensOf(':root, [data-theme="light"]'),
  dark: tokensOf('[data-theme="dark"]'),
}

/** WCAG's relative luminance of an oklch() colour, by the matrices of CSS Color 4. */
function luminance(color: string): number {
  const [lightness = 0, chroma = 0, hue = 0] = color.match(/[\d.]+/g)?.map(Number) ?? []
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const [l, m, s] = [
    lightness / 100 + 0.3963377774 * a + 0.2158037573 * b,
    lightness / 100 - 0.1055613458 * a - 0.0638541728 * b,
    lightness / 100 - 0.0894841775 * a - 1.291485548 * b,
  ].map((root) => root ** 3) as [number, number, number]
  const clamp = (x: number) => Math.min(1, Math.max(0, x))
  return (
    0.2126 * clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) +
    0.7152 * clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) +
    0.0722 * clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  )
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

const GROUNDS = ['--sk-bg', '--sk-surface', '--sk-raised']
const PAIRS: [foreground: string, grounds: string[], ratio: number][] = [
  ['--sk-fg', [...GROUNDS, '--sk-bubble-other'], 7],
  ['--sk-muted', GROUNDS, 4.5],
  ['--sk-accent', GROUNDS, 4.5],
  ['--sk-danger', GROUNDS, 4.5],
  ['--sk-warning', GROUNDS, 4.5],
  ['--sk-bubble-fg', ['--sk-bubble'], 7],
  ['--sk-accent-fg', ['--sk-accent'], 4.5],
  ['--sk-outline', GROUNDS, 3],
]

test.each(['light', 'dark'] as const)('text and outlines have their contrast, %s', (theme) => {
  const color = (name: string) => THEMES[theme].get(name) ?? ''
  for (const [foreground, grounds, ratio] of PAIRS)
    for (const ground of grounds)
      expect(
        contrast(color(foreground), color(ground)),
        `${foreground} on ${ground}`,
      ).toBeGreaterThanOrEqual(ratio)
})

test.each(['light', 'dark'] as const)('a mark can be read in every hue, %s', (theme) => {
  for (let hue = 0; hue < 360; hue += 10) {
    const [ground, letter] = ['--sk-mark-bg', '--sk-mark-fg'].map(
      (name) => `oklch(${THEMES[theme].get(name)} ${hue})`,
    ) as [string, string]
    expect(contrast(letter, ground), `hue ${hue}`).toBeGreaterThanOrEqual(4.5)
  }
})

test('black on white is 21:1, so the arithmetic is right', () => {
  expect(contrast('oklch(0% 0 0)', 'oklch(100% 0 0)')).toBeCloseTo(21, 1)
  expect(contrast('oklch(62.8% 0.2577 29.23)', 'oklch(100% 0 0)')).toBeCloseTo(4, 0)
})

test('dark is the same by system and by choice, and names what light names', () => {
  expect([...THEMES.dark]).toEqual([...tokensOf(':root:not([data-theme])')])
  expect([...THEMES.dark.keys()]).toEqual([...THEMES.light.keys()])
})
