/** What the server does not accept in a label, said while it is typed. The server has the last word. */
import { t } from '../../../i18n/t.ts'

export const longestLabel = 255
const forbidden = /[;"<>|\t\r\n]/g

/** Undefined: nothing is wrong. */
export function labelFault(name: string): string | undefined {
  if (name.length > longestLabel) return t('detail.rule.long', { n: name.length, most: longestLabel })
  const found = [...new Set(name.match(forbidden) ?? [])]
  if (found.length === 0) return undefined
  const shown = found.map((character) => (character === '\t' ? t('detail.rule.tab') : character)).join(' ')
  return t('detail.rule.characters', { characters: shown })
}
