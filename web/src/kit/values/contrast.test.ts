/** Text can be read in each theme: every pair of the table of states, and of what else carries a meaning by its colour. */
import { type Theme, tokens } from '@fluentui/react-components'
import { describe, expect, it } from 'vitest'
import { themes } from '../look/themes.ts'
import { tones } from './tones.ts'

/** WCAG 2.2, 1.4.3. */
const least = 4.5

type Colour = readonly [red: number, green: number, blue: number, alpha: number]

function colourOf(theme: Theme, token: string): Colour {
  const name = /^var\(--(\w+)\)$/.exec(token)?.[1] ?? ''
  const text = String(theme[name as keyof Theme])
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text.replace(/^#(\w)(\w)(\w)$/, '#$1$1$2$2$3$3'))
  if (hex !== null) {
    const [, red = '', green = '', blue = ''] = hex
    return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16), 1]
  }
  const parts = /^rgba?\((\d+), ?(\d+), ?(\d+)(?:, ?([\d.]+))?\)$/.exec(text)
  if (parts === null) throw new Error(`${name} is '${text}'`)
  const [, red, green, blue, alpha = 1] = parts
  return [Number(red), Number(green), Number(blue), Number(alpha)]
}

function luminance([red, green, blue]: Colour): number {
  const linear = (value: number): number => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)
}

function contrast(theme: Theme, text: string, background: string): number {
  const colours = [colourOf(theme, text), colourOf(theme, background)]
  for (const [, , , alpha] of colours) expect(alpha, `${text} on ${background}`).toBe(1)
  const [light = 0, dark = 0] = colours.map(luminance).sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

/** What the pages write on what, beside the badges. */
const others: readonly (readonly [text: string, background: string])[] = [
  [tokens.colorNeutralForeground1, tokens.colorNeutralBackground1],
  // High contrast turns what is under the pointer or chosen around, so the text has to be turned with it.
  [tokens.colorNeutralForeground1Hover, tokens.colorNeutralBackground1Hover],
  [tokens.colorNeutralForeground2Hover, tokens.colorNeutralBackground1Hover],
  [tokens.colorNeutralForeground1Selected, tokens.colorNeutralBackground1Selected],
  [tokens.colorNeutralForeground2Selected, tokens.colorNeutralBackground1Selected],
  [tokens.colorNeutralForeground1, tokens.colorNeutralBackground3],
  [tokens.colorNeutralForeground2, tokens.colorNeutralBackground2],
  [tokens.colorNeutralForeground3, tokens.colorNeutralBackground1],
  [tokens.colorNeutralForeground3, tokens.colorNeutralBackground2],
  [tokens.colorNeutralForegroundOnBrand, tokens.colorBrandBackground],
  [tokens.colorNeutralForegroundOnBrand, tokens.colorBrandBackgroundHover],
  [tokens.colorBrandForegroundLink, tokens.colorNeutralBackground1],
  [tokens.colorBrandForeground1, tokens.colorNeutralBackground1],
  [tokens.colorStatusDangerForeground3, tokens.colorNeutralBackground1],
  [tokens.colorPaletteBlueForeground2, tokens.colorNeutralBackground1],
  [tokens.colorPaletteGoldForeground2, tokens.colorNeutralBackground1],
  [tokens.colorStatusWarningForeground2, tokens.colorNeutralBackground1],
]

describe.each(Object.entries(themes))('in the theme %s', (_, theme) => {
  it.each(Object.entries(tones))('the state %s can be read', (_tone, { color, backgroundColor }) => {
    expect(contrast(theme, color, backgroundColor)).toBeGreaterThanOrEqual(least)
  })

  it.each(others)('%s on %s can be read', (text, background) => {
    expect(contrast(theme, text, background)).toBeGreaterThanOrEqual(least)
  })
})
