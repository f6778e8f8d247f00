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
    'What is not in a table cannot happen: no other code changes a status. `proceed` is the service going on by itself; how long it takes is a setting, by default no time at all. The rules are numbered as in the specification this follows; `time` is the clock, which a test can move.',
    section(
      'Relationship',
      'An arrow that leads back to its status is a change of something else: of what the partner may still edit, of the reseller’s consent, of the end date, of the roles.',
      relationshipSteps,
      'granular-admin-relationship',
    ),
    '### What may be asked for',
    'Everything may be read in every status. `approve` and `reject` are the indirect reseller’s, on a relationship raised for it whose consent is pending; on a plain one they are refused with 400. `assign` stands for making, changing and deleting assignments. In `active`, `patch` only switches the automatic extension or drops Global Administrator.',
    actionsTable(),
    section(
      'Access assignment',
      'PATCH and DELETE answer 405 in `pending` and `error`, 409 in `deleting` and `deleted`.',
      assignmentSteps,
      'granular-admin-access-assignment',
    ),
    section('Operation', 'Made by a PATCH that is answered with 202.', operationSteps, ''),
    section('Request', 'It fails where the relationship has moved on in the meantime.', requestSteps, ''),
  ].join('\n\n')}\n`
}
