import { describe, expect, it } from 'vitest'
import type { AssignmentRow } from '../api.ts'
import { bundlesIn } from '../bundles.ts'
import { type Mapping, rolesByGroup, wantedBy } from './mapping.ts'

const helpdesk = { id: '729827e3-9c14-49f7-bb1b-9608f156bbb8', name: 'Helpdesk Administrator' }
const security = { id: '5d6b6bb7-de71-4623-b4af-96380a352509', name: 'Security Reader' }
const other = { id: 'other', name: 'Other' }
/** As the server has them. */
const bundles = bundlesIn({
  packs: [
    {
      name: 'lighthouse',
      templates: [
        { name: 'account-manager', roles: [helpdesk] },
        { name: 'service-desk', roles: [security, helpdesk] },
      ],
    },
  ],
})
const groups = [
  { id: 'desk', displayName: 'Desk' },
  { id: 'named', displayName: 'm365 gdap security reader' },
]

describe('a mapping of roles to groups', () => {
  it('gives a group the roles of its bundles that the relationship has', () => {
    const mapping: Mapping = {
      kind: 'bundles',
      lines: [
        { bundle: 'lighthouse.service-desk', group: 'desk' },
        { bundle: 'lighthouse.account-manager', group: 'desk' },
        { bundle: 'lighthouse.administrator', group: 'named' },
        { bundle: 'lighthouse.service-desk', group: '' },
      ],
    }
    expect(rolesByGroup(mapping, [helpdesk, other], groups, bundles)).toEqual(new Map([['desk', [helpdesk.id]]]))
    expect(rolesByGroup(mapping, [other], groups, bundles)).toEqual(new Map())
  })

  it('finds the groups that are named for a role', () => {
    expect(rolesByGroup({ kind: 'named' }, [helpdesk, security], groups, bundles)).toEqual(
      new Map([['named', [security.id]]]),
    )
  })

  it('takes nothing away from a group', () => {
    const held = {
      id: 'a',
      '@odata.etag': '',
      status: 'active',
      accessContainer: { accessContainerId: 'desk' },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: 'other' }] },
    } as AssignmentRow
    expect(wantedBy(new Map([['desk', [helpdesk.id]]]), [held])).toEqual(
      new Map([['desk', new Set(['other', helpdesk.id])]]),
    )
  })
})
