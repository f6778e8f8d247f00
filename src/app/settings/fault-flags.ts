/** The setting of what goes wrong on purpose from the start: a scenario of docs/faults.md. */
import { AppError } from '#base/errors.ts'
import { setting } from '#base/setting.ts'
import { ruleReader } from '#faults/read-rules.ts'
import type { FaultWish } from '#faults/rule.ts'
import { faultNames } from '#workloads/gdap/settings-flags.ts'
import { yamlIn } from '../seed/format/yaml-text.ts'
import { plainJson } from './commented-json.ts'
import { placeIn, textOfFile } from './text-file.ts'

/** Tenants are not known before the database is open; a rule is for those that are there when it is asked. */
const reader = ruleReader({ ...faultNames, tenantId: (name) => name })

function parsed(file: string): unknown {
  let text: string
  try {
    text = textOfFile(file)
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
  const isYaml = /\.ya?ml$/i.test(file)
  try {
    return isYaml ? yamlIn(text) : JSON.parse(plainJson(text))
  } catch (cause) {
    // The parser quotes the text, and the file may be another one.
    throw new Error(`is not ${isYaml ? 'YAML' : 'JSON'}${placeIn(cause)}`, { cause })
  }
}

function linesOf({ message, facts: { details, target } }: AppError): readonly string[] {
  const faults = details ?? [{ code: '', message, ...(target === undefined ? {} : { target }) }]
  return faults.map((fault) => (fault.target === undefined ? fault.message : `${fault.target}: ${fault.message}`))
}

function scenario(file: string): readonly FaultWish[] {
  const value = parsed(file)
  try {
    return reader.scenario(value)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const lines = linesOf(error)
    throw new Error(`is not a scenario: ${lines.length === 1 ? lines[0] : `\n  ${lines.join('\n  ')}`}`)
  }
}

const none: readonly FaultWish[] = []

export const faultFlags = {
  faults: setting(
    '--faults <file>',
    'what goes wrong on purpose from the start: a scenario (docs/faults.md)',
    none,
    scenario,
    {
      isPath: () => true,
    },
  ),
} as const

/** What the setting cannot be used with, one line each. */
export function faultConflicts(values: {
  readonly faults: readonly FaultWish[]
  readonly registry: boolean
  readonly workers: number
}): string[] {
  if (values.faults.length === 0) return []
  return [
    ...(values.registry ? ['--faults cannot be used with --registry'] : []),
    ...(values.workers > 1 ? ['--faults cannot be used with --workers: each worker would count for itself'] : []),
  ]
}
