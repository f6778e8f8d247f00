/** Members of answers beyond a type's own properties: annotations, the members of derived types, masked enums. */
import type { EntityType } from '#edm/define.ts'
import { derivedOf, type Model, type NamedProp } from '#edm/model.ts'
import type { ShapeMember } from '#edm/query.ts'
import { mayBeLate } from '#edm/rewritten.ts'

/** Whether enum members that came late go by their own names, or by the sentinel (protocol.md §1.6). */
export type Naming = 'masked' | 'real'

export const propMember = ({ name, prop }: NamedProp, naming: Naming): ShapeMember & { kind: 'prop' } =>
  naming === 'masked' && mayBeLate(prop) ? { kind: 'prop', name, prop, masked: true } : { kind: 'prop', name, prop }

/** What is said of a row whatever was selected. */
export const annotationsOf = (model: Model, type: EntityType): ShapeMember[] => [
  ...(type.typed !== undefined && type.typed !== false
    ? [
        {
          kind: 'type' as const,
          name: '@odata.type' as const,
          of: typeof type.typed === 'string' ? type.typed : type.name,
          kinds: type.over === undefined && derivedOf(model, type).length > 0,
        },
      ]
    : []),
  ...(type.tag === undefined ? [] : [{ kind: 'tag' as const, name: '@odata.etag' as const }]),
]

/** Members that only rows of derived types have, each with the kinds it is shown for. */
export const derivedMembers = (model: Model, type: EntityType, all: boolean, naming: Naming): ShapeMember[] => {
  if (!all || type.over !== undefined) return []
  const known = new Set(model.view(type.name).props.keys())
  const views = derivedOf(model, type).map(({ name }) => model.view(name))
  return views.flatMap(({ props }) =>
    [...props].flatMap(([lower, entry]) => {
      if (known.has(lower) || (entry.prop.returned ?? 'default') !== 'default') return []
      known.add(lower)
      const kinds = views.filter((view) => view.props.has(lower)).map((view) => view.type.name)
      return [{ ...propMember(entry, naming), kinds }]
    }),
  )
}
