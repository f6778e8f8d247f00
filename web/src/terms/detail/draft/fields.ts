/**
 * What is edited, as fields that are compared one by one: `label de-DE`, `synonyms de-DE`, `description de-DE`,
 * `property NAME`. So only what was changed is sent, and what two people have changed meets field by field.
 */
import type { Description, KeyValue, Label, SetName } from '../api.ts'

export type FieldValue = string | boolean | readonly string[]
/** A field without a value is not there. */
export type Fields = Readonly<Record<string, FieldValue>>

export interface Conflict {
  readonly field: string
  readonly was: FieldValue
  readonly theirs: FieldValue
  readonly mine: FieldValue
}

export function isEmpty(value: FieldValue | undefined): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

export function sameValue(one: FieldValue | undefined, other: FieldValue | undefined): boolean {
  if (isEmpty(one) || isEmpty(other)) return isEmpty(one) && isEmpty(other)
  return JSON.stringify(one) === JSON.stringify(other)
}

/** Sets one field; an empty value removes it. */
export function withField(fields: Fields, name: string, value: FieldValue): Fields {
  if (!isEmpty(value)) return { ...fields, [name]: value }
  const { [name]: _, ...rest } = fields
  return rest
}

export function changedFields(base: Fields, draft: Fields): readonly string[] {
  return [...new Set([...Object.keys(base), ...Object.keys(draft)])].filter(
    (name) => !sameValue(base[name], draft[name]),
  )
}

/** What I have changed, put on what others have made of it meanwhile. A field that both have changed is a conflict. */
export function merged(base: Fields, theirs: Fields, mine: Fields): { fields: Fields; conflicts: readonly Conflict[] } {
  let fields = theirs
  const conflicts: Conflict[] = []
  for (const field of changedFields(base, mine)) {
    const value = mine[field] ?? ''
    if (!sameValue(base[field], theirs[field]) && !sameValue(theirs[field], value))
      conflicts.push({ field, was: base[field] ?? '', theirs: theirs[field] ?? '', mine: value })
    fields = withField(fields, field, value)
  }
  return { fields, conflicts }
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === 'string' ? value : ''
}

export function listOf(fields: Fields, name: string): readonly string[] {
  const value = fields[name]
  return Array.isArray(value) ? value : []
}

/** Names of the fields of one kind, without the kind. */
export function namesOf(fields: Fields, kind: string): readonly string[] {
  return Object.keys(fields).flatMap((name) => (name.startsWith(`${kind} `) ? [name.slice(kind.length + 1)] : []))
}

export function labelFields(labels: readonly Label[]): Fields {
  const fields: Record<string, FieldValue> = {}
  for (const { name, languageTag, isDefault } of labels) {
    if (isDefault) fields[`label ${languageTag}`] = name
    else fields[`synonyms ${languageTag}`] = [...listOf(fields, `synonyms ${languageTag}`), name]
  }
  return fields
}

export function labelsOf(fields: Fields, languages: readonly string[]): Label[] {
  return languages.flatMap((languageTag) => {
    const name = textOf(fields, `label ${languageTag}`).trim()
    return [
      ...(name === '' ? [] : [{ name, languageTag, isDefault: true }]),
      ...listOf(fields, `synonyms ${languageTag}`).map((synonym) => ({ name: synonym, languageTag, isDefault: false })),
    ]
  })
}

export function descriptionFields(descriptions: readonly Description[]): Fields {
  return Object.fromEntries(
    descriptions.map(({ description, languageTag }) => [`description ${languageTag}`, description]),
  )
}

export function descriptionsOf(fields: Fields): Description[] {
  return namesOf(fields, 'description').map((languageTag) => ({
    description: textOf(fields, `description ${languageTag}`),
    languageTag,
  }))
}

export function propertyFields(properties: readonly KeyValue[], kind: 'property' | 'local' = 'property'): Fields {
  return Object.fromEntries(properties.map(({ key, value }) => [`${kind} ${key}`, value]))
}

export function propertiesOf(fields: Fields, kind: 'property' | 'local' = 'property'): KeyValue[] {
  return namesOf(fields, kind).map((key) => ({ key, value: textOf(fields, `${kind} ${key}`) }))
}

export function nameFields(names: readonly SetName[]): Fields {
  return Object.fromEntries(names.map(({ name, languageTag }) => [`name ${languageTag}`, name]))
}

export function namesOfSet(fields: Fields): SetName[] {
  return namesOf(fields, 'name').map((languageTag) => ({ name: textOf(fields, `name ${languageTag}`), languageTag }))
}

export function hasChanged(changed: readonly string[], ...kinds: readonly string[]): boolean {
  return changed.some((field) => kinds.includes(field.split(' ', 1)[0] ?? ''))
}
