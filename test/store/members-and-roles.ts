/** A database as migration 0001 leaves it, and what 0002 makes of its rows; both databases are asked the same. */
import { expect } from 'vitest'

const tenant = `insert into "tenancy" ("no", "id") values (1, 'c0117050-0000-4000-8000-000000000001'), (2, 'empty')`
const role = '62e90394-69f5-4237-9190-012177145e10'

/** Statements that fill the old tables. */
export const oldRows: readonly string[] = [
  tenant,
  `insert into "user" ("tenant_no", "id", "display_name", "display_name_fold", "mail", "mail_fold", "user_principal_name",
     "user_principal_name_fold", "account_enabled", "version") values
     (1, 'u1', 'Tara', 'tara', 'T@x.example', 't@x.example', 'tara@x.example', 'tara@x.example', 1, 7)`,
  `insert into "group" ("tenant_no", "id", "display_name", "display_name_fold", "mail", "group_types", "security_enabled")
     values (1, 'g1', 'Agents', 'agents', 'Team@x.example', '["Unified"]', 1)`,
  `insert into "directory_role" ("tenant_no", "id", "display_name", "display_name_fold", "role_template_id")
     values (1, '${role}', 'Global Administrator', 'global administrator', '${role}')`,
  `insert into "unified_role_definition" ("tenant_no", "id", "display_name", "display_name_fold", "template_id")
     values (1, '${role}', 'Global Administrator', 'global administrator', '${role}')`,
  `insert into "relata_membership" ("tenant_no", "id", "group_id", "member_id") values (1, 'm1', 'g1', 'u1')`,
  `insert into "relata_role_holding" ("tenant_no", "id", "role_template_id", "user_id") values (1, 'h1', '${role}', 'u1')`,
  `insert into "site" ("tenant_no", "id", "created_date_time", "last_modified_date_time", "display_name", "host_name",
     "host_name_fold", "path", "path_fold", "site_collection_id", "web_id", "group_id") values
     (1, 's1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'TEAM', 'x', 'x', '', '', 'c', 'w', 'g1')`,
  `insert into "delegated_admin_customer" ("tenant_no", "id", "tenant_id") values (1, 'c1', 'c1'), (1, 'c2', 'c2')`,
  ...[
    ['r1', 'P2Y', 'P6M'],
    ['r2', 'P25W5D', 'P0D'],
    ['r3', 'P730D', 'PT0S'],
    ['r4', 'PT36H', null],
  ].map(
    ([id, duration, extension]) =>
      `insert into "delegated_admin_relationship" ("tenant_no", "id", "display_name", "display_name_fold", "duration",
       "auto_extend_duration", "access_details", "version_tag") values
       (1, '${id}', '${id}', '${id}', '${duration}', ${extension === null ? 'null' : `'${extension}'`}, '{}', 't')`,
  ),
]

type Ask = (text: string) => Promise<readonly (readonly unknown[])[]>

/** Throws where the rows are not as the migration has to leave them. */
export const expectMoved = async (ask: Ask): Promise<void> => {
  const objects = await ask(
    `select "id", "kind", "display_name_fold", "mail", "mail_fold", "group_types", "business_phones", "version"
     from "directory_object" order by "kind", "id"`,
  )
  expect(objects.map((row) => row.map((value, index) => (index === 7 ? Number(value) : value)))).toEqual([
    [role, 'microsoft.graph.directoryRole', 'global administrator', null, null, null, null, 1],
    ['g1', 'microsoft.graph.group', 'agents', 'Team@x.example', 'team@x.example', '["Unified"]', null, 1],
    ['u1', 'microsoft.graph.user', 'tara', 'T@x.example', 't@x.example', null, '[]', 7],
  ])
  expect(await ask('select "group_id", "member_id" from "relata_membership"')).toEqual([['g1', 'u1']])
  expect(await ask('select "user_id" from "relata_role_holding"')).toEqual([['u1']])
  expect(await ask('select "group_id", "display_name_fold" from "site"')).toEqual([['g1', 'team']])
  const durations = 'select "duration", "auto_extend_duration" from "delegated_admin_relationship" order by "id"'
  expect(await ask(durations)).toEqual([
    ['P730D', 'P180D'],
    ['P180D', 'PT0S'],
    ['P730D', 'PT0S'],
    ['PT36H', null],
  ])
  const tags = (await ask('select "version_tag" from "delegated_admin_customer"')).map(([tag]) => String(tag))
  for (const tag of tags) expect(Buffer.from(tag, 'base64').toString()).toMatch(/^'"[0-9a-f]{8}-.*"'$/)
  expect(new Set(tags).size).toBe(2)
  const added = await ask(
    `select count(*), sum("is_privileged") from "unified_role_definition" where "tenant_no" = 1 and "display_name_fold" is not null`,
  )
  // The one that was there, the 40 that are new, and those that are privileged or were opened later.
  expect(added[0]?.map(Number)).toEqual([77, 35])
  expect(
    await ask('select count(*) from "unified_role_definition" where "tenant_no" = 2').then(([row]) => Number(row?.[0])),
  ).toBe(0)
}
