/** What of a term is edited, and the requests that save it. */
import { graph, type RequestPlan, segment } from '../../../data/plan.ts'
import { type KeyValue, type KnownTerm, termPath } from '../api.ts'
import {
  descriptionFields,
  descriptionsOf,
  type Fields,
  hasChanged,
  labelFields,
  labelsOf,
  namesOf,
  propertiesOf,
  propertyFields,
} from './fields.ts'

interface PickerTerm {
  readonly localProperties?: readonly { readonly setId: string; readonly properties: readonly KeyValue[] }[]
}

/** The only address that tells the properties of one place: SharePoint's for pickers. */
export function readLocalProperties(setId: string, termId: string): RequestPlan<PickerTerm> {
  return {
    method: 'GET',
    path: `/_api/v2.1/termStore/sets/${segment(setId)}/terms/${segment(termId)}?$select=id,localProperties`,
    needsToken: true,
  }
}

export function localPropertiesAt({ localProperties = [] }: PickerTerm, setId: string): readonly KeyValue[] {
  return localProperties.find((place) => place.setId === setId)?.properties ?? []
}

export function termFields(term: KnownTerm, local: readonly KeyValue[]): Fields {
  return {
    ...labelFields(term.labels),
    ...descriptionFields(term.descriptions),
    ...propertyFields(term.properties ?? []),
    ...propertyFields(local, 'local'),
  }
}

/** Languages of the store, the default one first, then those that only this term still has. */
export function languagesOf(storeLanguages: readonly string[], usual: string, fields: Fields): readonly string[] {
  const own = ['label', 'synonyms', 'description'].flatMap((kind) => namesOf(fields, kind))
  return [...new Set([usual, ...storeLanguages, ...own])]
}

export function termPlans(
  setId: string,
  termId: string,
  languages: readonly string[],
): (changed: readonly string[], fields: Fields) => readonly RequestPlan[] {
  return (changed, fields) => {
    const body = {
      ...(hasChanged(changed, 'label', 'synonyms')
        ? { labels: labelsOf(fields, languagesOf(languages, languages[0] ?? '', fields)) }
        : {}),
      ...(hasChanged(changed, 'description') ? { descriptions: descriptionsOf(fields) } : {}),
      ...(hasChanged(changed, 'property') ? { properties: propertiesOf(fields) } : {}),
    }
    return [
      ...(Object.keys(body).length === 0 ? [] : [graph('PATCH', termPath(setId, termId), { body })]),
      ...(hasChanged(changed, 'local') ? [localPlan(setId, termId, propertiesOf(fields, 'local'))] : []),
    ]
  }
}

export function localPlan(setId: string, termId: string, properties: readonly KeyValue[]): RequestPlan {
  return graph('POST', `${termPath(setId, termId)}/relata.setLocalProperties`, { body: { properties } })
}

/** Events by which what shows a term is read again. */
export const touchesTerm = ['relata.taxonomy.term-changed'] as const
