/** events.md §7.7 to its end: plan and apply until nothing is left to do. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TestServer } from '../_support/server.ts'
import {
  activeRelationship,
  approveAll,
  customerId,
  gdapOn,
  named,
  serverWithCustomers,
  settle,
  workedExample,
} from './kit.ts'

let server: TestServer
let dir: string

beforeAll(async () => {
  server = await serverWithCustomers(3)
  dir = await workedExample(server)
})

afterAll(async () => {
  await server.close()
  await rm(dir, { recursive: true })
})

const plan = async () => {
  const { status, stdout, stderr } = await gdapOn(server, 'plan', '--dir', dir, '--detailed-exit-code')
  expect(stderr).toBe('')
  return { status, lines: stdout.trimEnd().split('\n') }
}

const apply = async () => {
  const { status, stdout } = await gdapOn(server, 'apply', '--dir', dir, '--yes')
  return { status, last: stdout.trimEnd().split('\n').at(-1) }
}

it('comes to its end, and has nothing to do then', async () => {
  const first = await plan()
  expect(first).toEqual({
    status: 4,
    lines: [
      '~ rel_service-desk_f710b9fc_1  c02  replace: role Security Reader missing → rel_service-desk_f710b9fc_2, invitation needed',
      '+ rel_service-desk_246bf4c5_1  c01  create, lock; 2 assignments after approval',
      '  rel_service-desk_9164f36f_1  c03  nothing to do',
      'Plan: 2 create, 2 lock, 0 assign, 0 terminate; 1 unchanged.',
    ],
  })
  // Twice without a change: the same.
  expect(await plan()).toEqual(first)
  expect(await apply()).toEqual({ status: 0, last: 'done: 4 of 4 steps applied' })

  const waiting = await plan()
  expect(waiting.status).toBe(0)
  expect(waiting.lines.at(-1)).toBe('Plan: nothing to do; 2 waiting for approval, 1 unchanged.')
  expect(await apply()).toMatchObject({ status: 0 })

  await approveAll(server)
  const approved = await plan()
  expect(approved).toMatchObject({ status: 4 })
  expect(approved.lines.at(-1)).toBe('Plan: 0 create, 0 lock, 4 assign, 0 terminate; 1 unchanged.')
  expect(await apply()).toEqual({ status: 0, last: 'done: 4 of 4 steps applied' })
  await settle(server)

  const replaced = await plan()
  expect(replaced).toMatchObject({ status: 4 })
  expect(replaced.lines.at(-1)).toBe('Plan: 0 create, 0 lock, 0 assign, 1 terminate; 2 unchanged.')
  expect(await apply()).toEqual({ status: 0, last: 'done: 1 of 1 steps applied' })
  await settle(server)

  expect(await plan()).toMatchObject({ status: 0 })
  expect((await plan()).lines.at(-1)).toBe('Plan: nothing to do; 3 unchanged.')
  expect((await named(server, 'rel_service-desk_f710b9fc_1')).status).toBe('terminated')
  expect((await named(server, 'rel_service-desk_f710b9fc_2')).accessAssignments).toHaveLength(2)
})

it('refuses a plan of a file where the folder or a relationship has changed since', async () => {
  const file = join(dir, 'plan.json')
  const id = await activeRelationship(server, customerId(3), 'rel_service-desk_9164f36f_2')
  expect(await gdapOn(server, 'plan', '--dir', dir, '-o', file)).toMatchObject({ status: 0 })
  await server.send(
    'PATCH',
    `/v1.0/tenantRelationships/delegatedAdminRelationships/${id}`,
    { autoExtendDuration: 'PT0S' },
    {
      headers: { 'If-Match': '*' },
    },
  )
  // The name that the plan gives is in use by something else.
  await activeRelationship(server, customerId(3), 'rel_service-desk_9164f36f_3')
  const { status, stdout } = await gdapOn(server, 'apply', file, '--dir', dir, '--yes')
  expect(stdout).toContain(`stale: customer ${customerId(3)} is not as it was when the plan was made`)
  expect(status).toBe(1)
})
