/** What of a set or a group is edited, and the requests that save it. */
import { graph, type RequestPlan } from '../../../data/plan.ts'
import { groupPath, type KnownGroup, type KnownSet, setPath } from '../api.ts'
import {
  type Fields,
  hasChanged,
  listOf,
  nameFields,
  namesOfSet,
  propertiesOf,
  propertyFields,
  textOf,
  withField,
} from './fields.ts'

function fieldsOf(values: Readonly<Record<string, string | readonly string[] | null | undefined>>): Fields {
  let fields: Fields = {}
  for (const [name, value] of Object.entries(values)) fields = withField(fields, name, value ?? '')
  return fields
}

export function setFields(set: KnownSet): Fields {
  return {
    ...nameFields(set.localizedNames),
    ...propertyFields(set.properties ?? []),
    ...fieldsOf({
      text: set.description,
      contact: set.contact,
      owner: set.owner ? [set.owner] : [],
      stakeholders: set.stakeholders,
    }),
  }
}

export function setPlans(setId: string): (changed: readonly string[], fields: Fields) => readonly RequestPlan[] {
  return (changed, fields) => {
    const body = {
      ...(hasChanged(changed, 'name') ? { localizedNames: namesOfSet(fields) } : {}),
      ...(hasChanged(changed, 'text') ? { description: textOf(fields, 'text') } : {}),
      ...(hasChanged(changed, 'property') ? { properties: propertiesOf(fields) } : {}),
    }
    const contacts = {
      ...(hasChanged(changed, 'owner') ? { owner: listOf(fields, 'owner')[0] ?? null } : {}),
      ...(hasChanged(changed, 'contact') ? { contact: textOf(fields, 'contact') || null } : {}),
      ...(hasChanged(changed, 'stakeholders') ? { stakeholders: listOf(fields, 'stakeholders') } : {}),
    }
    return [
      ...(Object.keys(body).length === 0 ? [] : [graph('PATCH', setPath(setId), { body })]),
      ...(Object.keys(contacts).length === 0
        ? []
        : [graph('POST', `${setPath(setId)}/relata.setContacts`, { body: contacts })]),
    ]
  }
}

export function groupFields(group: KnownGroup): Fields {
  return fieldsOf({
    displayName: group.displayName,
    text: group.description,
    managers: group.managers ?? [],
    contributors: group.contributors ?? [],
  })
}

export function groupPlans(groupId: string): (changed: readonly string[], fields: Fields) => readonly RequestPlan[] {
  return (changed, fields) => {
    const body = {
      ...(hasChanged(changed, 'displayName') ? { displayName: textOf(fields, 'displayName') } : {}),
      ...(hasChanged(changed, 'text') ? { description: textOf(fields, 'text') } : {}),
    }
    const roles = {
      ...(hasChanged(changed, 'managers') ? { managers: listOf(fields, 'managers') } : {}),
      ...(hasChanged(changed, 'contributors') ? { contributors: listOf(fields, 'contributors') } : {}),
    }
    return [
      ...(Object.keys(body).length === 0 ? [] : [graph('PATCH', groupPath(groupId), { body })]),
      ...(Object.keys(roles).length === 0
        ? []
        : [graph('POST', `${groupPath(groupId)}/relata.setRoles`, { body: roles })]),
    ]
  }
}
