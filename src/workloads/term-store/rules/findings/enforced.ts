/** Rules of exchange.md §12 that a server enforces: a write that makes one of their findings is refused. */
import { AppError } from '#base/errors.ts'
import type { RowFate, RowOf } from '#edm/infer.ts'
import type { WriteContext } from '#edm/ports.ts'
import { store, type term } from '../../types.ts'
import { type RowFinding, type RowRule, rowFindings } from './row-findings.ts'

type Row = RowOf<typeof term>

/** The member of a body that a rule is about. */
const targets: Readonly<Record<RowRule, string>> = {
  'no-default-label': 'labels',
  'synonym-equals-default': 'labels',
  'label-mixed-script': 'labels',
  'label-invisible': 'labels',
  'label-html': 'labels',
  'label-long': 'labels',
  'missing-description': 'descriptions',
  'property-near': 'properties',
  'deprecated-no-successor': 'replacedBy',
}

function nameOf({ rule, languageTag, text }: RowFinding): string {
  return `${rule} ${languageTag} ${text}`
}

/** What a term had before is nobody's fault who changes something else of it. */
export function enforcing(rules: readonly RowRule[]) {
  return async ({ tx }: WriteContext, { before, after }: RowFate<Row>): Promise<void> => {
    if (after === undefined) return
    const [storeRow] = await tx.find(store, {}, 1)
    const defaultTag = storeRow?.defaultLanguageTag ?? ''
    const found = (row: Row): RowFinding[] =>
      [...rowFindings(row, defaultTag)].filter(({ rule }) => rules.includes(rule))
    const known = new Set(before === undefined ? [] : found(before).map(nameOf))
    const fresh = found(after).find((one) => !known.has(nameOf(one)))
    if (fresh !== undefined)
      throw new AppError('invalid', `This server enforces the rule ${fresh.rule}: ${fresh.text}`, {
        code: 'invalidRequest',
        target: targets[fresh.rule],
      })
  }
}
