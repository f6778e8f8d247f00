/**
 * What may be done where, and with which permissions: annotations of the OData Capabilities vocabulary, from `can`.
 * A link is annotated where it is declared, so one annotation holds wherever the type occurs.
 */
import type { ActionFacts, Can, EntityType, Evidence, FunctionFacts, Nav, Root } from '../define.ts'
import type { Model } from '../model.ts'
import { isTracked } from '../records/tracking.ts'

/** A value of CSDL JSON. */
export type Csdl = boolean | number | string | readonly Csdl[] | { readonly [name: string]: Csdl }
export type CsdlObject = Readonly<Record<string, Csdl>>

/** `url`: without the ending, which says the format. */
export const vocabulary = {
  url: 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Capabilities.V1',
  namespace: 'Org.OData.Capabilities.V1',
  alias: 'Capabilities',
}

/** Of it, `$metadata` uses one term: `OptionalParameter`. */
export const core: typeof vocabulary = {
  url: 'https://oasis-tcs.github.io/odata-vocabularies/vocabularies/Org.OData.Core.V1',
  namespace: 'Org.OData.Core.V1',
  alias: 'Core',
}

/** Name of the scheme that permissions belong to, in both kinds of document. */
export const scheme = 'oauth2'

export function isServed(evidence: Evidence | undefined): boolean {
  return evidence !== undefined && evidence !== 'later'
}

/** One of the scopes is enough. */
function permissions(scopes: readonly string[] | undefined): CsdlObject {
  return scopes === undefined || scopes.length === 0
    ? {}
    : { Permissions: [{ SchemeName: scheme, Scopes: scopes.map((Scope) => ({ Scope })) }] }
}

function term(name: string): string {
  return `@${vocabulary.alias}.${name}`
}

function changes(can: Can, { scopes }: EntityType): CsdlObject {
  const allowed = (name: string, isThere: boolean): CsdlObject => ({
    [name]: isThere,
    ...(isThere ? permissions(scopes?.write) : {}),
  })
  return {
    [term('UpdateRestrictions')]: allowed('Updatable', isServed(can.update)),
    [term('DeleteRestrictions')]: allowed('Deletable', isServed(can.delete)),
  }
}

function hasLinks(model: Model, type: EntityType): boolean {
  return [...model.view(type.name).navs.values()].some(({ nav }) => model.isPublished(nav))
}

function listing(type: EntityType): CsdlObject {
  return {
    [term('FilterRestrictions')]: { Filterable: true },
    [term('SortRestrictions')]: { Sortable: true },
    [term('CountRestrictions')]: { Countable: true },
    [term('SearchRestrictions')]: { Searchable: type.searched !== undefined },
    [term('TopSupported')]: true,
    [term('SkipSupported')]: true,
  }
}

/** `mayTrack`: the rows of the collection alone decide whether they are in it, so a delta link reports every change. */
function tracking(type: EntityType, mayTrack: boolean): CsdlObject {
  return mayTrack && isTracked(type) ? { [term('ChangeTracking')]: { Supported: true } } : {}
}

function restrictions(model: Model, can: Can, type: EntityType, many: boolean, mayTrack: boolean): CsdlObject {
  const { scopes } = type
  const [get, list] = [isServed(can.get), isServed(can.list)]
  const read = get || list ? permissions(scopes?.read) : {}
  const expand = { [term('ExpandRestrictions')]: { Expandable: hasLinks(model, type) } }
  if (!many) {
    return {
      [term('ReadRestrictions')]: { Readable: get, ...read },
      ...changes(can, type),
      ...(get ? expand : {}),
    }
  }
  const isInsertable = isServed(can.create)
  return {
    [term('ReadRestrictions')]: { Readable: list, ...read, ReadByKeyRestrictions: { Readable: get } },
    [term('InsertRestrictions')]: { Insertable: isInsertable, ...(isInsertable ? permissions(scopes?.write) : {}) },
    ...changes(can, type),
    ...(list ? { ...listing(type), ...tracking(type, mayTrack) } : {}),
    ...(get || list ? expand : {}),
  }
}

/** Annotations by target, as they stand in `$Annotations`. */
export const capabilitiesOf = {
  container: (model: Model, name: string, roots: readonly Root[]): CsdlObject => ({
    [name]: {
      [term('SupportedFormats')]: ['none', 'minimal', 'full'].map(
        (level) => `application/json;odata.metadata=${level};odata.streaming=true`,
      ),
      [term('KeyAsSegmentSupported')]: true,
      // Clients may assume these where nothing is said. That `$apply` is served, no client may assume.
      [term('ComputeSupported')]: false,
      [term('CrossJoinSupported')]: false,
    },
    ...Object.fromEntries(
      roots
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
        .map(({ kind, name: root, can, target, guard }) => [
          `${name}/${root}`,
          restrictions(model, can, { ...model.view(target).type, ...guard }, kind === 'set', true),
        ]),
    ),
  }),
  links: (model: Model, type: EntityType, navs: readonly (readonly [string, Nav])[]): CsdlObject =>
    Object.fromEntries(
      navs.map(([name, nav]) => {
        const target = { ...model.view(nav.target).type, ...nav.guard }
        const mayTrack = nav.many && nav.inverse !== undefined
        return [`${type.name}/${name}`, restrictions(model, nav.can, target, nav.many, mayTrack)]
      }),
    ),
  operation: ({ scopes }: FunctionFacts | ActionFacts): CsdlObject => ({
    [term('OperationRestrictions')]: permissions(scopes),
  }),
}
