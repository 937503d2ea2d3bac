import { readFile } from 'node:fs/promises'
import { LEVELS } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { ALL_SIGHTS, distance, hueOf, type Rgb, rgbOf } from './colour-sight.ts'

const css = await readFile(new URL('../../src/app/globals.css', import.meta.url), 'utf8')
const VALUES = Array.from({ length: 8 }, (_, i) => `value-${i + 1}`)
/** Some three times what one just sees side by side. */
const APART = 0.07

describe.each(['light', 'dark'] as const)('the fills of the %s theme', (theme) => {
  test.each(ALL_SIGHTS)('of levels are told apart by %s eyes', (sight) => {
    for (const [name, one, other, to] of pairsOf([...LEVELS], theme))
      expect(distance(one, to, sight), `${name} and ${other}`).toBeGreaterThan(APART)
  })

  test.each(ALL_SIGHTS)('of values are told apart by %s eyes', (sight) => {
    for (const [name, one, other, to] of pairsOf([...VALUES, 'other'], theme))
      expect(distance(one, to, sight), `${name} and ${other}`).toBeGreaterThan(APART)
  })

  test('of values are never red: red means error', () => {
    for (const name of VALUES) {
      const { hue, chroma } = hueOf(fillOf(name, theme))
      expect(chroma < 0.03 || hue < -45 || hue > 85, `${name} has the hue ${hue}`).toBe(true)
    }
  })
})

function pairsOf(names: readonly string[], theme: 'light' | 'dark'): [string, Rgb, string, Rgb][] {
  return names.flatMap((name, index) =>
    names
      .slice(index + 1)
      .map((other): [string, Rgb, string, Rgb] => [name, fillOf(name, theme), other, fillOf(other, theme)]),
  )
}

function fillOf(name: string, theme: 'light' | 'dark'): Rgb {
  const [, light, dark] = new RegExp(`--fill-${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`).exec(css) ?? []
  const hex = theme === 'light' ? light : dark
  if (hex === undefined) throw new Error(`no --fill-${name} in globals.css`)
  return rgbOf(hex)
}
