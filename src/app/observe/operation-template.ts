/**
 * The address of a request as a template, for labels of metrics and names of spans: names that the models declare stay,
 * everything else becomes `{id}`, so that no key, name or search text of a user gets into them.
 */
import type { Model } from '#edm/model.ts'
import { unaliased } from '#edm/names.ts'
import { isSharePoint, targetOf } from '#sharepoint/address/target.ts'

/** The template of requests to no known operation. */
export const unknownOperation = '{unknown}'

/** `path` is raw and begins with the version where there is one. */
export type TemplateOf = (path: string) => string

/** Longer addresses differ only in depth. */
const mostSegments = 12

const systemNames = ['$batch', '$count', '$filter', '$metadata', '$query', '$ref', '$value', '$each', 'v1.0', 'beta']
/** Addresses outside of a version that begin with a fixed segment: health, control and their pages. */
const fixedFirst = new Set([
  ...['', '_relata', 'alive', 'ready', 'health', 'metrics', 'approve', 'adminportal'],
  // Partner Center's API.
  ...['webhooks', 'v1', 'auditactivity', 'cert'],
])
const ownNames =
  'clock gdap certificate.pem openapi.json openapi-beta.json access keys rotate requests approve reject webhooks v1 registration validationevents auditrecords certificate.cer jwks.json crl audit status'
const authorityNames =
  'oauth2 v2.0 token authorize devicecode logout discovery keys instance .well-known openid-configuration common'

function namesIn(models: readonly Model[]): Map<string, string> {
  const names = new Map<string, string>()
  const add = (name: string): void => {
    names.set(name.toLowerCase(), name)
  }
  for (const name of systemNames) add(name)
  for (const model of models) {
    for (const { name } of model.roots.values()) add(name)
    for (const type of model.entities) {
      add(type.name)
      const view = model.view(type.name)
      for (const { name } of [...view.props.values(), ...view.navs.values()]) add(name)
      for (const name of Object.keys({ ...type.functions, ...type.actions })) add(name)
    }
    for (const { props } of model.complexes) for (const name of Object.keys(props)) add(name)
  }
  return names
}

/** Of SharePoint's endpoint, beside those that Graph has as well. */
const restNames = new Map(
  ['v2.1', 'v2.0', 'termGroups', 'termSets', 'getLegacyChildren', 'contextinfo'].map((name) => [
    name.toLowerCase(),
    name,
  ]),
)
const searchForm = /\/searchTerm(?:\(|%28).*/i

/** Joins the segments; a segment that repeats is written once. */
function folded(segments: readonly string[]): string {
  const kept: string[] = []
  for (const segment of segments) {
    if (segment === '{id}' && kept.at(-1) === '{id}') continue
    kept.push(segment)
    const [a, b, c, d] = kept.slice(-4)
    if (kept.length >= 4 && a === c && b === d) kept.splice(-2)
  }
  return `/${(kept.length > mostSegments ? [...kept.slice(0, mostSegments), '…'] : kept).join('/')}`
}

export function templatesOf(models: readonly Model[]): TemplateOf {
  const names = namesIn(models)
  const own = new Set(`${ownNames} ${authorityNames}`.split(' '))

  const segmentOf = (segment: string): string => {
    const known = names.get(unaliased(segment).toLowerCase())
    if (known !== undefined) return known
    const open = segment.indexOf('(')
    const called = open > 0 ? names.get(unaliased(segment.slice(0, open)).toLowerCase()) : undefined
    return called === undefined ? '{id}' : `${called}()`
  }
  const outside = (segments: readonly string[]): string =>
    folded(
      segments.map((segment, at) => {
        const name = segment.toLowerCase()
        if (at === 0) return fixedFirst.has(name) || name === 'common' ? name : '{tenant}'
        return own.has(name) ? name : '{id}'
      }),
    )

  const sharePoint = (path: string): string => {
    const { site = '', rest = '' } = targetOf(path.replace(searchForm, '/searchTerm()')) ?? {}
    const above = site === '' ? [] : [site.split('/', 1)[0]?.toLowerCase() ?? '', '{id}']
    const below = rest.split('/').filter((segment) => segment !== '')
    const named = (segment: string): string => {
      const open = segment.indexOf('(')
      const own = restNames.get((open < 0 ? segment : segment.slice(0, open)).toLowerCase())
      if (own !== undefined) return open < 0 ? own : `${own}()`
      return segment === 'searchTerm()' ? segment : segmentOf(segment)
    }
    return folded([...above, '_api', ...below.map(named)])
  }

  return (path) => {
    if (isSharePoint(path)) return sharePoint(path)
    const segments = path.split('/').slice(1)
    if (segments.length > 1 && segments.at(-1) === '') segments.pop()
    const first = segments[0]?.toLowerCase()
    return first === 'v1.0' || first === 'beta' ? folded(segments.map(segmentOf)) : outside(segments)
  }
}

/** Refused before the operation was known to exist. */
const unresolved = new Set([400, 401, 404, 405, 414, 431, 501])
const mostTemplates = 400

/**
 * Templates as labels: limited in number, and none without a successful request, so that made-up addresses add no
 * labels.
 */
export function boundedTemplates(templateOf: TemplateOf, most = mostTemplates) {
  const known = new Set<string>()
  return (path: string, status: number): string => {
    const template = templateOf(path)
    if (known.has(template)) return template
    if (unresolved.has(status) || known.size >= most) return unknownOperation
    known.add(template)
    return template
  }
}
