/** Schemas of rules for faults in the document, out of the one by which rules are checked. */
import { type DocumentSchema, flag, instant, listOf, object, orNull, schemaNamed, text, whole } from './schemas.ts'

/** A rule as it is checked. */
export interface RuleSchema extends DocumentSchema {
  readonly properties?: Readonly<Record<string, object>> | undefined
}

/** What has come of a rule. */
const shown = object({
  id: text,
  on: flag,
  startDateTime: instant,
  matches: whole,
  hits: whole,
  lastHit: orNull(object({ dateTime: instant, requestId: orNull(text) })),
})

export function faultSchemasIn(rule: RuleSchema): Readonly<Record<string, DocumentSchema>> {
  const { properties = {} } = rule
  const changes = Object.entries(properties).map(([name, schema]) => [name, orNull({ ...schema })])
  return {
    faultRule: rule,
    faultChange: { type: 'object', properties: Object.fromEntries(changes), additionalProperties: false },
    faultScenario: {
      ...object({ '$schema?': text, rules: listOf(schemaNamed('faultRule')) }),
      additionalProperties: false,
    },
    shownFaultRule: {
      ...object({}),
      properties: { ...properties, ...(shown['properties'] as object) },
      required: [...(shown['required'] as readonly string[]), 'what'],
      additionalProperties: false,
    },
  }
}
