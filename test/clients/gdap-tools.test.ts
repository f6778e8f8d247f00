/**
 * What partner tools send, re-created from the specification (gdap.md §2.5, §2.7, §3.4): CIPP's way from invitation to
 * offboarding, Microsoft's bulk tool, NORD's module. Requests and conditions are theirs, the words are ours.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultConfig } from '#app/config.ts'
import { wellKnown } from '#app/seed/seed-data.ts'
import { globalAdministrator, helpdesk, reader, rolesOf } from '../_support/relationships.ts'
import { type Answer, startTestServer, type TestServer } from '../_support/server.ts'
import { securityGroup } from './_flow.ts'

let server: TestServer
beforeAll(async () => {
  const { gdap } = defaultConfig
  const latencySeconds = { ...gdap.latencySeconds, activation: 240, assignment: 60 }
  server = await startTestServer({ gdap: { ...gdap, latencySeconds } })
})
afterAll(() => server.close())

interface Row {
  readonly id: string
  readonly status: string
  readonly displayName: string
  readonly '@odata.etag': string
  readonly customer: { readonly tenantId: string } | null
  readonly accessContainer: { readonly accessContainerId: string }
  readonly accessDetails: { readonly unifiedRoles: readonly { readonly roleDefinitionId: string }[] }
}

const ok = (answer: Answer, status = 200) => {
  expect(answer.status, answer.text).toBe(status)
  return answer.body
}
const list = async (path: string, headers: Record<string, string> = {}): Promise<Row[]> => {
  const rows: Row[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page = ok(await server.send('GET', next, undefined, { headers }))
    rows.push(...page.value)
    next = (page['@odata.nextLink'] as string | undefined)?.replace(/^https?:\/\/[^/]+/, '')
  }
  return rows
}

describe('CIPP', () => {
  // Mixed case and beta, as its functions have it.
  const root = '/beta/tenantRelationships/delegatedAdminRelationships'
  const everything = { ConsistencyLevel: 'eventual' }

  const invite = async (displayName: string, roles: readonly string[]): Promise<Row> => {
    const made = ok(
      await server.send('POST', root, {
        displayName,
        duration: 'P730D',
        autoExtendDuration: roles.includes(globalAdministrator) ? 'PT0S' : 'P180D',
        accessDetails: rolesOf(...roles),
      }),
      201,
    )
    // Polls until the service says created, then locks with the tag of the creation, which POST ignores.
    expect(ok(await server.send('GET', `${root}/${made.id}`)).status).toBe('created')
    const locked = await server.send(
      'POST',
      `${root}/${made.id}/requests`,
      { action: 'lockForApproval' },
      { headers: { 'If-Match': made['@odata.etag'] } },
    )
    expect(ok(locked, 201).action).toBe('lockForApproval')
    return made
  }

  it('invites, waits, maps roles to groups and offboards', async () => {
    const { id } = await invite('CIPP_4b1f', [helpdesk, reader])
    const link = `https://admin.microsoft.com/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${id}`
    const approve = await fetch(`${server.http}/approve/${link.split('/').at(-1)}`)
    expect(await approve.text()).toContain('CIPP_4b1f')
    ok(await server.customer('approve', id, { tenantId: wellKnown.fabrikam }))

    const status = async () => ok(await server.send('GET', `${root}/${id}`)).status
    const seen = [await status()]
    for (const wait of ['PT2M', 'PT2M']) {
      await server.clock({ advance: wait })
      seen.push(await status())
    }
    expect(seen).toEqual(['approved', 'activating', 'active'])

    const groups = {
      [helpdesk]: await securityGroup(server, 'M365 GDAP Helpdesk'),
      [reader]: await securityGroup(server, 'M365 GDAP Reader'),
    }
    for (const [role, group] of Object.entries(groups))
      ok(
        await server.send('POST', `${root}/${id}/accessAssignments`, {
          accessContainer: { accessContainerId: group, accessContainerType: 'securityGroup' },
          accessDetails: rolesOf(role),
        }),
        201,
      )
    const assignments = () => list(`${root}/${id}/accessAssignments?$top=300`)
    expect((await assignments()).map((row) => row.status)).toEqual(['pending', 'pending'])
    await server.clock({ advance: 'PT1M' })
    expect((await assignments()).map((row) => row.status)).toEqual(['active', 'active'])

    const filter = encodeURIComponent(`(status eq 'active') AND (customer/tenantId eq '${wellKnown.fabrikam}')`)
    const active = await list(`/v1.0/tenantrelationships/DelegatedAdminRelationships?$filter=${filter}`)
    expect(active.map((row) => row.id)).toContain(id)
    for (const row of active)
      ok(
        await server.send(
          'POST',
          `${root}/${row.id}/requests`,
          { action: 'terminate' },
          { headers: { 'If-Match': row['@odata.etag'] } },
        ),
        201,
      )
    expect(await list(`${root}?$filter=${filter}&$count=true`, everything)).toEqual([])
    expect((await assignments()).map((row) => row.status)).toEqual(['deleted', 'deleted'])
  })

  it('takes Global Administrator out of what is active', async () => {
    const { id } = await invite('CIPP_global', [globalAdministrator, reader])
    ok(await server.customer('approve', id, { tenantId: wellKnown.northwind }))
    await server.clock({ advance: 'PT5M' })
    const row: Row = ok(await server.send('GET', `${root}/${id}`))
    const rest = row.accessDetails.unifiedRoles.filter((role) => role.roleDefinitionId !== globalAdministrator)
    const answer = await server.send(
      'PATCH',
      `${root}/${id}`,
      { accessDetails: { unifiedRoles: rest } },
      { headers: { 'If-Match': row['@odata.etag'] } },
    )
    expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([202, {}, '10'])
    const operation = answer.headers.get('location')?.replace(/^https?:\/\/[^/]+/, '') ?? ''
    expect(ok(await server.send('GET', operation)).status).toBe('succeeded')
    expect(ok(await server.send('GET', `${root}/${id}`)).accessDetails.unifiedRoles).toEqual(rest)
  })

  it('reads what its lists read', async () => {
    const { id } = await invite('CIPP_lists', [reader])
    const filters = [
      "status eq 'approvalPending' and not startsWith(displayName,'MLT_')",
      "(status eq 'approvalPending')",
    ]
    for (const filter of filters)
      expect((await list(`${root}?$filter=${encodeURIComponent(filter)}`)).map((row) => row.id)).toContain(id)
    const selected = ok(await server.send('GET', `${root}?$select=customer,autoExtendDuration,endDateTime`)).value
    for (const row of selected)
      expect(Object.keys(row)).toEqual(expect.arrayContaining(['customer', 'autoExtendDuration']))
  })

  it('is told which role it asked for twice', async () => {
    const { error } = ok(
      await server.send('POST', root, {
        displayName: 'CIPP_twice',
        duration: 'P730D',
        accessDetails: rolesOf(reader, helpdesk, reader),
      }),
      400,
    )
    expect(error.code).toBe('badRequest')
    expect(JSON.stringify(error.details)).toContain(reader)
    expect(error.innerError.message).toBeUndefined()
  })

  it('hears of a group that is gone', async () => {
    const { id } = await invite('CIPP_group', [reader])
    ok(await server.customer('approve', id, { tenantId: wellKnown.northwind }))
    await server.clock({ advance: 'PT5M' })
    const group = await securityGroup(server, 'Soon gone')
    expect((await server.send('DELETE', `/v1.0/groups/${group}`)).status).toBe(204)
    const answer = await server.send('POST', `${root}/${id}/accessAssignments`, {
      accessContainer: { accessContainerId: group, accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(reader),
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(/access container does not exist/i)
  })
})

describe('the bulk tool', () => {
  const root = '/v1.0/tenantRelationships/delegatedAdminRelationships'

  it('makes many side by side, polls them, and updates assignments with the whole object', async () => {
    const count = 40
    const made = await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const row: Row = ok(
          await server.send('POST', root, {
            displayName: `Bulk_${at}`,
            duration: 'P365D',
            customer: {
              tenantId: at % 2 === 0 ? wellKnown.fabrikam : wellKnown.northwind,
              displayName: 'as it was typed',
            },
            accessDetails: rolesOf(helpdesk, reader),
          }),
          201,
        )
        ok(await server.send('POST', `${root}/${row.id}/requests`, { action: 'lockForApproval' }), 201)
        return row
      }),
    )
    await Promise.all(
      made.map(async ({ id, customer }) => ok(await server.customer('approve', id, { tenantId: customer?.tenantId }))),
    )
    await server.clock({ advance: 'PT5M' })
    const active = await list(`${root}?$filter=${encodeURIComponent("status eq 'active'")}&$count=true`)
    expect(active.filter((row) => row.displayName.startsWith('Bulk_'))).toHaveLength(count)

    const [first] = made
    const assignments = `${root}/${first?.id}/accessAssignments`
    const body = {
      accessContainer: { accessContainerId: await securityGroup(server, 'Bulk'), accessContainerType: 'securityGroup' },
      accessDetails: rolesOf(helpdesk),
    }
    const created: Row = ok(await server.send('POST', assignments, body), 201)
    expect((await server.send('POST', assignments, body)).body.error).toMatchObject({
      code: 'conflict',
      message: 'The resource already exists.',
    })
    await server.clock({ advance: 'PT1M' })
    const one = `${assignments}/${created.id}`
    const current: Row = ok(await server.send('GET', one))
    const change = (row: Row, roles: unknown) =>
      server.send('PATCH', one, { ...row, accessDetails: roles }, { headers: { 'If-Match': row['@odata.etag'] } })
    expect((await change(current, current.accessDetails)).status).toBe(200)
    const changed = await change(current, rolesOf(reader))
    expect([changed.status, changed.text]).toEqual([202, '{}'])
    // The tag is spent; the tool throws it away and reads anew.
    expect((await change(current, rolesOf(helpdesk))).status).toBe(412)
    const renewed: Row = ok(await server.send('GET', one))
    expect(renewed.accessDetails).toMatchObject(rolesOf(reader))
    expect(
      (await server.send('DELETE', one, undefined, { headers: { 'If-Match': renewed['@odata.etag'] } })).status,
    ).toBe(204)
    const gone: Row = ok(await server.send('GET', one))
    expect((await server.send('DELETE', one, undefined, { headers: { 'If-Match': gone['@odata.etag'] } })).status).toBe(
      409,
    )
  })

  it('is refused a name that is taken, and a lock that comes twice', async () => {
    const body = { displayName: 'Bulk_same', duration: 'P1D', accessDetails: rolesOf(reader) }
    const { id } = ok(await server.send('POST', root, body), 201)
    const again = await server.send('POST', root, { ...body, displayName: 'bulk_SAME' })
    expect([again.status, again.body.error.code]).toEqual([409, 'conflict'])
    ok(await server.send('POST', `${root}/${id}/requests`, { action: 'lockForApproval' }), 201)
    expect((await server.send('POST', `${root}/${id}/requests`, { action: 'lockForApproval' })).status).toBe(405)
  })
})

describe('NORD', () => {
  it('takes tags by naming them in $select', async () => {
    const root = '/beta/tenantRelationships/delegatedAdminRelationships'
    const [row] = await list(`${root}?$select=@odata.etag,status`)
    expect(row).toMatchObject({ '@odata.etag': expect.stringMatching(/^W\/"/), status: expect.any(String) })
    const one = ok(await server.send('GET', `${root}/${row?.id ?? (await list(root))[0]?.id}?$select=status`))
    expect(Object.keys(one).filter((name) => !name.startsWith('@'))).toEqual(expect.arrayContaining(['status']))
  })
})
