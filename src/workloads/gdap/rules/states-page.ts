/** Text of docs/gdap-states.md, made from the tables; `npm run emit` writes it. Pure. */
import { steps as assignmentSteps } from './assignment/assignment-states.ts'
import { steps as operationSteps } from './operation/operation-states.ts'
import { actions, allows, type RelationshipStatus, steps as relationshipSteps } from './relationship/lifecycle.ts'
import { steps as requestSteps } from './request/request-states.ts'
import { mermaidOf, type Transition } from './state-machine.ts'

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [rowOf(head), rowOf(head.map(() => '---')), ...rows.map(rowOf)].join('\n')
}

function stepsTable(steps: readonly Transition[], events: string): string {
  return tableOf(
    ['rule', 'from', 'on', 'by', 'to', 'audit record', 'event'],
    steps.map(({ rule, from, on, by, to, audit, event }) => [
      rule,
      from ?? '–',
      on,
      by,
      to ?? 'gone',
      audit,
      event === undefined ? '–' : `\`${events}-${event}\``,
    ]),
  )
}

function section(title: string, intro: string, steps: readonly Transition[], events: string): string {
  return [`## ${title}`, intro, `\`\`\`mermaid\n${mermaidOf(steps)}\n\`\`\``, stepsTable(steps, events)].join('\n\n')
}

function actionsTable(): string {
  const statuses = [...new Set(relationshipSteps.flatMap(({ from }) => (from === null ? [] : [from])))]
  return tableOf(
    ['status', ...actions],
    statuses.map((status: RelationshipStatus) => [
      status,
      ...actions.map((action) => (allows(status, action) ? 'yes' : '405')),
    ]),
  )
}

export function statesPage(): string {
  return `${[
    '# The states of GDAP',
    '<!-- Made from the tables in src/workloads/gdap/rules/ by `npm run emit`. Change those, not this page. -->',
    'A transition that is not in a table cannot happen: no other code changes a status. `proceed` is a step that the service takes by itself; a setting delays it, by default it happens immediately. The numbers of the rules are those of the [specification](spec/gdap.md#32-transitions); `tenants` is the [removal of a customer](tenants.md#removal) from this server. `time` is the clock, which a test can move.',
    section(
      'Relationship',
      'An arrow that leads back to the same status changes something else: what the partner may still edit, the reseller’s consent, the end date, or the roles.',
      relationshipSteps,
      'granular-admin-relationship',
    ),
    '### Allowed requests',
    'Everything can be read in every status. `approve` and `reject` are for the indirect reseller, on a relationship that an indirect provider created for it, while its consent is pending; on any other relationship they are answered 400. `assign` means creating, changing and deleting assignments. In `active`, `patch` can only switch the automatic extension or remove Global Administrator.',
    actionsTable(),
    section(
      'Access assignment',
      'PATCH and DELETE answer 405 in `pending` and `error`, 409 in `deleting` and `deleted`.',
      assignmentSteps,
      'granular-admin-access-assignment',
    ),
    section('Operation', 'Created by a PATCH that is answered 202.', operationSteps, ''),
    section('Request', 'It fails if the status of the relationship has changed in the meantime.', requestSteps, ''),
  ].join('\n\n')}\n`
}
