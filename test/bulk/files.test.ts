/** Files of GDAP in bulk: CSV, templates, packs, the files of Microsoft's tool and of CIPP (events.md §7.2, §7.3, §7.6). */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { journalText, unansweredIn } from '#bulk/apply/journal.ts'
import { ownRoles } from '#bulk/catalogue.ts'
import { csvTable, csvText } from '#bulk/csv/table.ts'
import { cippTemplates } from '#bulk/input/cipp.ts'
import { customersInCsv } from '#bulk/input/customers.ts'
import { wantedOf } from '#bulk/input/inputs.ts'
import { InputError, type InputFault } from '#bulk/input/reading.ts'
import {
  assignmentColumns,
  isoDate,
  relationshipColumns,
  toolAssignments,
  toolCustomers,
  toolGroups,
  toolRelationships,
  toolRoles,
} from '#bulk/input/tool-files.ts'
import { packs } from '#bulk/packs/packs.ts'
import { filesOfPack } from '#bulk/packs/written.ts'
import { listRows } from '#bulk/reports/lists.ts'
import { readDirectory } from '#cli/gdap/directory.ts'
import { yamlFile } from '#cli/gdap/yaml-file.ts'
import { roleCatalogue } from '#workloads/directory/role-catalogue.ts'
import { helpdesk, reader } from '../_support/relationships.ts'
import { customerId, customersCsv, securityReader, settingsYaml } from './kit.ts'

const cells = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom("'", '=', '+', '-', '@', '"', ',', ';', '\n', '\r', '\t', ' ', 'a', 'ä'),
    maxLength: 8,
  }),
)

describe('CSV', () => {
  it('comes back as it was, whatever is in its cells', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cells, { minLength: 2, maxLength: 2 }), { maxLength: 5 }), (rows) => {
        const given = rows.map(([first = '', second = '']) => ['x', first, second])
        const { header, lines } = csvTable(csvText(['Id', 'First', 'Second'], given))
        expect(header).toEqual(['Id', 'First', 'Second'])
        expect(lines.map((line) => line.cells)).toEqual(given)
      }),
    )
  })

  it('has no cell that a spreadsheet computes', () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const [, line = ''] = csvText(['A'], [[cell]]).split('\r\n')
        expect(line).not.toMatch(/^"?[=+\-@]/)
      }),
    )
    expect(csvText(['A'], [['=1+1'], ['a,b'], ["'=x"]])).toBe("A\r\n'=1+1\r\n\"a,b\"\r\n''=x\r\n")
  })

  it('is read with comma or semicolon, with or without a byte order mark, and knows its lines', () => {
    const text =
      '\uFEFFCustomerTenantId;Template;CustomerName\r\n\r\n' +
      `${customerId(1)};desk;"two\nlines"\n${customerId(2)};desk;x`
    const faults: InputFault[] = []
    const found = customersInCsv('customers.csv', text, faults)
    expect(faults).toEqual([])
    expect(found.map(({ line, customerName }) => [line, customerName])).toEqual([
      [3, 'two\nlines'],
      [5, 'x'],
    ])
  })
})

async function wanted(
  template: string,
  lines: readonly string[] = [`${customerId(1)},c01,desk,,,`],
  settings = settingsYaml,
) {
  const files = await Promise.all([yamlFile('settings.yaml', settings), yamlFile('templates/desk.yaml', template)])
  const [first, second] = files
  if (first === undefined || second === undefined) throw new Error('there are two files')
  const customers = (faults: InputFault[]) => customersInCsv('customers.csv', customersCsv(lines), faults)
  return wantedOf({ settings: first, templates: [second], groups: undefined, customers }, ownRoles)
}

async function wrongIn(...given: Parameters<typeof wanted>): Promise<string[]> {
  const error: unknown = await wanted(...given).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message.split('\n')
}

describe('the files of a directory', () => {
  it('name roles by id or by name', async () => {
    const { templates } = await wanted(`name: desk\nroles: [Security Reader, ${helpdesk.toUpperCase()}]\n`)
    expect(templates.get('desk')).toMatchObject({ roles: [securityReader, helpdesk], assign: null, unknownRoles: [] })
  })

  it('name a role that the catalogue does not have: that stops the customers of the template only', async () => {
    const id = '8329153a-20ed-4bf8-aa37-81242c6e8e01'
    const { templates } = await wanted(`name: desk\nroles: [${id}, Security Reader, No Such Role]\n`)
    expect(templates.get('desk')).toMatchObject({ roles: [securityReader], unknownRoles: [id, 'No Such Role'] })
    const lenient = settingsYaml.replace('unknownRole: refuse', 'unknownRole: allow')
    const allowed = await wanted(`name: desk\nroles: [${id}]\n`, undefined, lenient)
    expect(allowed.templates.get('desk')).toMatchObject({ roles: [id], unknownRoles: [] })
  })

  it('are refused where they are longer than they look, are no text, or have a column twice', async () => {
    const names = [...'abcdefgh']
    const bomb = names.map((name, at) => `${name}: &${name} [${Array(9).fill(at === 0 ? 'x' : `*${names[at - 1]}`)}]\n`)
    expect(await wrongIn(bomb.join(''))).toEqual([expect.stringMatching(/^templates\/desk\.yaml: .*alias/)])
    const dir = await mkdtemp(join(tmpdir(), 'relata-bulk-'))
    try {
      await writeFile(join(dir, 'settings.yaml'), settingsYaml)
      await writeFile(
        join(dir, 'customers.csv'),
        Buffer.from('CustomerTenantId,CustomerName,Template\r\nx,Caf\xe9,x', 'latin1'),
      )
      await expect(readDirectory(dir, ownRoles)).rejects.toThrow('customers.csv: The file is not UTF-8 text.')
    } finally {
      await rm(dir, { recursive: true })
    }
    const faults: InputFault[] = []
    customersInCsv('customers.csv', 'CustomerTenantId,template,Template\r\n', faults)
    expect(faults).toMatchObject([{ line: 1, text: 'The column Template is there more than once.' }])
  })

  it('are refused with the file and the line of each fault', async () => {
    expect(await wrongIn('name: desk\nroles:\n  - Security Reader\n  - 1a7d78b6-429f-476b-8eb-35fb715fffd4\n')).toEqual(
      [
        "templates/desk.yaml:4: '1a7d78b6-429f-476b-8eb-35fb715fffd4' is neither the id nor the name of a role: an id is a GUID.",
      ],
    )
    expect(await wrongIn('name: Desk!\nroles: [Global Administrator]\nrole: x\n')).toEqual([
      "templates/desk.yaml:3: 'role' is not known here: there are format, name, roles, assign, description.",
      "templates/desk.yaml:1: 'Desk!' is no name: up to 24 of a-z, 0-9 and hyphens.",
      'templates/desk.yaml:2: Global Administrator is refused by the settings (defaults/globalAdministrator).',
    ])
    expect(await wrongIn('name: desk\nroles: [Security Reader\n')).toMatchObject([
      expect.stringMatching(/^templates\/desk\.yaml:\d: /),
    ])
    expect(
      await wrongIn('name: desk\nroles: [Security Reader]\nassign:\n  - group: A\n    roles: [Global Reader]\n'),
    ).toEqual(["templates/desk.yaml:5: 'Global Reader' is not among the roles of the template."])
    expect(
      await wrongIn('name: desk\nroles: [Security Reader]\n', ['x,,desk,,,', `${customerId(1)},,desk,800,,gone`]),
    ).toEqual([
      "customers.csv:2: 'x' is no tenant id.",
      "customers.csv:3: 'gone' is neither present nor absent.",
      "customers.csv:3: 'P800D' is no duration from P1D to P730D.",
    ])
    expect(await wrongIn('name: desk\nroles: [Security Reader]\n', [`${customerId(1)},,other,,,`])).toEqual([
      "customers.csv:2: There is no template 'other'.",
    ])
    expect(
      await wrongIn('name: desk\nroles: [Security Reader]\n', undefined, 'prefix: much-too-long\nunmanaged: x\n'),
    ).toEqual([
      "settings.yaml:1: 'much-too-long' is no prefix: up to 8 letters, digits and hyphens.",
      "settings.yaml:2: 'x' is not one of keep, report, terminate.",
    ])
  })
})

describe('packs', () => {
  it('have roles of the catalogue by their ids and names, that partners may hold', () => {
    const known = new Map(roleCatalogue.map((role) => [role.id, role]))
    expect(packs.map(({ name }) => name)).toEqual([
      ...['lighthouse', 'cipp', 'new-customer', 'least-privilege', 'tier-1', 'indirect-provider'],
    ])
    for (const { templates } of packs)
      for (const { roles } of templates)
        for (const { id, name } of roles) {
          expect(known.get(id)?.name).toBe(name)
          expect(known.get(id)?.gdap).not.toBe('no')
        }
  })

  it('have the roles that the specification says: events.md §7.3', () => {
    const text = readFileSync(new URL('../../docs/spec/events.md', import.meta.url), 'utf8')
    const section = text.slice(text.indexOf('### 7.3 Packs'), text.indexOf('### 7.4 '))
    /** `User` stands for User Administrator. */
    const named = (list: string) =>
      list.split(', ').map((name) => (ownRoles.byName(`${name} Administrator`) ?? ownRoles.byName(name))?.name ?? name)
    const of = (name: string) =>
      packs.find((pack) => pack.name === name)?.templates.map((one) => [one.name, one.roles.map((role) => role.name)])
    for (const name of ['lighthouse', 'least-privilege']) {
      const row = section.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? ''
      const templates = [...row.matchAll(/([a-z-]+): ([A-Z][\w ,]+?)(?=\. | \|)/g)]
      expect(of(name)).toEqual(templates.map(([, template = '', roles = '']) => [template, named(roles)]))
    }
    // Those of just-in-time access are in no other template of Lighthouse.
    const [elevated = [], ...others] = (of('lighthouse') ?? []).toReversed().map(([, roles]) => roles as string[])
    for (const role of elevated) expect(others.flat()).not.toContain(role)
    // Beside User Administrator it breaks pages of users.
    for (const { templates } of packs)
      for (const { roles } of templates) {
        const names = new Set(roles.map((role) => role.name))
        expect(names.has('Guest Inviter') && names.has('User Administrator')).toBe(false)
      }
    const [, provider = ''] = /indirect-provider: ([\w ,]+)/.exec(section) ?? []
    expect(of('indirect-provider')).toEqual([['indirect-provider', named(provider.trim())]])
    const [cipp] = packs.filter(({ name }) => name === 'cipp')
    expect(cipp?.templates[0]?.roles).toHaveLength(15)
    expect(cipp?.groups).toEqual(cipp?.templates[0]?.roles.map(({ name }) => `M365 GDAP ${name}`))
    expect(cipp?.templates[0]?.assign.map(({ group, roles }) => [group, roles.map(({ name }) => name)])).toEqual(
      cipp?.templates[0]?.roles.map(({ name }) => [`M365 GDAP ${name}`, [name]]),
    )
  })

  it.each(packs.map((pack) => [pack.name, pack] as const))('%s is a directory that can be read', async (_, pack) => {
    const files = filesOfPack(pack)
    const parsed = await Promise.all(
      [...files].filter(([name]) => name.endsWith('.yaml')).map(([name, text]) => yamlFile(name, text)),
    )
    const [settings, ...others] = parsed
    if (settings === undefined) throw new Error('there are settings')
    const groups = others.find(({ file }) => file === 'groups.yaml')
    const templates = others.filter((file) => file !== groups)
    const customers = (faults: InputFault[]) =>
      customersInCsv('customers.csv', files.get('customers.csv') ?? '', faults)
    const found = wantedOf({ settings, templates, groups, customers }, ownRoles)
    expect([...found.templates.values()].map(({ name, roles }) => [name, [...roles]])).toEqual(
      pack.templates.map(({ name, roles }) => [name, roles.map(({ id }) => id)]),
    )
    expect(found.groups.map(({ name }) => name)).toEqual(pack.groups)
    expect(files.get(`templates/${pack.templates[0]?.name}.yaml`)).toContain(
      `  # ${pack.templates[0]?.roles[0]?.name}\n`,
    )
  })
})

describe('files of Microsoft’s tool', () => {
  it.each(['CommaSeperatedRoles', 'CommaSeparatedRoles'])('groups with %s, blanks and names', (column) => {
    const text = `Id,DisplayName,${column}\n6f0e0000-0000-4000-8000-000000000001,Desk,"Helpdesk Administrator, Global Reader"\n,New,${helpdesk}\n`
    expect(toolGroups({ file: 'securityGroup.csv', text }, ownRoles)).toEqual([
      {
        group: { id: '6f0e0000-0000-4000-8000-000000000001', name: 'Desk' },
        roles: [
          { id: helpdesk, name: 'Helpdesk Administrator' },
          { id: reader, name: 'Global Reader' },
        ],
      },
      { group: { id: undefined, name: 'New' }, roles: [{ id: helpdesk, name: 'Helpdesk Administrator' }] },
    ])
  })

  it('names file and line of a role that is none', () => {
    const text = `Id,Name,Description\n${helpdesk},x,y\n1a7d78b6-429f-476b-8eb-35fb715fffd4,x,y\n`
    expect(() => toolRoles({ file: 'ADRoles.csv', text }, ownRoles)).toThrow(/^ADRoles\.csv:3: '1a7d78b6/)
    expect(() => toolRoles({ file: 'ADRoles.csv', text: 'Name\nx\n' }, ownRoles)).toThrow(
      'ADRoles.csv:1: There is no column Id.',
    )
  })

  it('customers, with their duration in days', () => {
    const text = `Name,PartnerTenantId,CustomerTenantId,OrganizationDisplayName,Duration\nrun1,p,${customerId(1)},Northwind,730\n`
    const found = toolCustomers({ file: 'customers.csv', text }, 'tool')
    expect(customersInCsv('customers.csv', found, [])).toMatchObject([
      { customerId: customerId(1), customerName: 'Northwind', template: 'tool', duration: 'P730D' },
    ])
  })

  it('relationships and assignments by position, with US dates as UTC', () => {
    const head =
      'Id,CustomerDelegatedAdminRelationshipId,DisplayName,TenantId,DisplayName,TenantId,Duration,Status,CreatedDateTime,ActivatedDateTime,LastModifiedDateTime,EndDateTime'
    const row = `r1,,Run,partner,Northwind,${customerId(1)},P730D,Active,1/6/2026 10:00:00 AM,1/6/2026 12:30:00 PM,2026-01-07T08:00:00.1234567Z,12/31/2027 11:59:59 PM`
    const text = toolRelationships({ file: 'gdapRelationship.csv', text: `${head}\n${row}\n` })
    expect(listRows(text, relationshipColumns)[0]).toMatchObject({
      ...{ RelationshipId: 'r1', DisplayName: 'Run', CustomerName: 'Northwind', CustomerTenantId: customerId(1) },
      ...{ CreatedDateTime: '2026-01-06T10:00:00Z', ActivatedDateTime: '2026-01-06T12:30:00Z' },
      ...{ LastModifiedDateTime: '2026-01-07T08:00:00Z', EndDateTime: '2027-12-31T23:59:59Z' },
    })
    const given = `a,b,c,d,e,f,g,h,i,j,k\nr1,a1,Northwind,${customerId(1)},g1,Desk,"${helpdesk}, ${reader}",Active,"etag",1/6/2026,\n`
    const assignments = toolAssignments({ file: 'accessAssignment.csv', text: given })
    expect(listRows(assignments, assignmentColumns)[0]).toMatchObject({
      ...{ AssignmentId: 'a1', GroupId: 'g1', GroupName: 'Desk', Roles: `${helpdesk} ${reader}` },
      ...{ CreatedDateTime: '2026-01-06T00:00:00Z', LastModifiedDateTime: '' },
    })
  })

  it('refuses what is no date', () => {
    expect(['2/31/2026', '13/1/2026', 'yesterday', '1/6/26'].map(isoDate)).toEqual(Array(4).fill(undefined))
  })
})

describe('the journal', () => {
  it('says which creations had no answer, also where its last line was cut off', () => {
    const entry = (key: string, phase: 'sent' | 'done' | 'failed', what: 'create' | 'lock' = 'create') => ({
      ...{ at: '2026-06-01T00:00:00Z', n: 1, key, do: what, phase },
    })
    const text = journalText([
      ...[entry('a', 'sent'), entry('b', 'sent'), entry('c', 'sent'), entry('c', 'failed')],
      ...[entry('a', 'done'), entry('a', 'sent', 'lock')],
    ])
    expect(unansweredIn(`${text}{"at":"2026-06-01T00:00:0`)).toEqual(new Set(['b']))
    expect(unansweredIn('')).toEqual(new Set())
  })
})

describe('CIPP’s templates', () => {
  it('become templates with a group for each role', () => {
    const mapping = (RoleName: string, roleDefinitionId: string, GroupId: string) => ({
      ...{ RoleName, roleDefinitionId, GroupId, GroupName: `M365 GDAP ${RoleName}` },
    })
    const rows = [
      {
        TemplateId: 'CIPP Defaults',
        // Rows of a table hold lists as text.
        RoleMappings: JSON.stringify([
          mapping('Helpdesk Administrator', helpdesk, '6f0e0000-0000-4000-8000-000000000001'),
          mapping('Global Reader', reader, ''),
        ]),
      },
    ]
    const { templates, groups } = cippTemplates({ file: 'cipp.json', value: rows }, ownRoles)
    expect(templates).toMatchObject([{ name: 'cipp-defaults', roles: [{ id: helpdesk }, { id: reader }] }])
    expect(templates[0]?.assign[0]?.group).toEqual({
      id: '6f0e0000-0000-4000-8000-000000000001',
      name: 'M365 GDAP Helpdesk Administrator',
    })
    expect(groups).toEqual(['M365 GDAP Global Reader'])
    expect(() => cippTemplates({ file: 'cipp.json', value: {} }, ownRoles)).not.toThrow(TypeError)
    expect(() => cippTemplates({ file: 'cipp.json', value: 1 }, ownRoles)).toThrow(InputError)
  })
})
