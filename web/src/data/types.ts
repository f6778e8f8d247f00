/** Types of what the server sends and takes, under short names. All of them come from its own OpenAPI documents. */
import type { components as Control, paths as ControlPaths } from './schema/control.ts'
import type { components as Graph } from './schema/graph.ts'

type GraphSchemas = Graph['schemas']
export type GraphType<Name extends keyof GraphSchemas> = GraphSchemas[Name]
export type ControlSchemas = Control['schemas']

/** What GET of a control address answers. */
export type ControlAnswer<Path extends keyof ControlPaths, Method extends string = 'get'> = ControlPaths[Path] extends {
  [M in Method]: { responses: { 200: { content: { 'application/json': infer Body } } } }
}
  ? Body
  : unknown

export type TermStore = GraphType<'microsoft.graph.termStore.store'>
export type TermGroup = GraphType<'microsoft.graph.termStore.group'>
export type TermSet = GraphType<'microsoft.graph.termStore.set'>
export type Term = GraphType<'microsoft.graph.termStore.term'>
export type TermRelation = GraphType<'microsoft.graph.termStore.relation'>
export type Relationship = GraphType<'microsoft.graph.delegatedAdminRelationship'>
export type RelationshipStatus = GraphType<'microsoft.graph.delegatedAdminRelationshipStatus'>
export type AccessAssignment = GraphType<'microsoft.graph.delegatedAdminAccessAssignment'>
export type DelegatedCustomer = GraphType<'microsoft.graph.delegatedAdminCustomer'>
export type DirectoryAudit = GraphType<'microsoft.graph.directoryAudit'>
export type FoundTerm = GraphType<'relata.foundTerm'>
export type ListedTerm = GraphType<'relata.listedTerm'>
export type Change = GraphType<'relata.change'>
export type DeletedItem = GraphType<'relata.deletedItem'>
export type Finding = GraphType<'relata.finding'>

export interface Page<Item> {
  readonly value: readonly Item[]
  readonly '@odata.nextLink'?: string
  readonly '@odata.count'?: number
}
