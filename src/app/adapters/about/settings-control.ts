/** Adapter: the settings of a running server as its control address shows them. */
import type { ShownSetting } from '#control/about/settings.ts'
import { type Config, settingsByOption, variableOf } from '../../config.ts'

const secret = '(secret)'
/** Longer texts are files that were given instead of their names. */
const longestText = 200

type Plain = ShownSetting['value']

/** Undefined: it is nothing that one line can show. */
function plainOf(value: unknown): Plain | undefined {
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value))
    return value.every((one) => typeof one === 'string') && value.length > 0 ? value.join(',') : undefined
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

export function shownSettings(config: Config): readonly ShownSetting[] {
  const values = config as unknown as Readonly<Record<string, unknown>>
  return [...settingsByOption].map(([name, entry]) => {
    const source = config.sources?.[name]
    const text = source !== undefined && source.text.length <= longestText ? source.text : undefined
    const shown = plainOf(values[name]) ?? text ?? plainOf(entry.initial) ?? null
    const isSecret = entry.secret === true
    return {
      name,
      flag: /--[\w-]+/.exec(entry.flags)?.[0] ?? '',
      variable: variableOf(entry),
      text: entry.doc,
      value: isSecret ? (values[name] === undefined ? null : secret) : shown,
      ...(source === undefined ? {} : { from: source.from }),
      ...(source?.line === undefined ? {} : { line: source.line }),
    }
  })
}
