/** Plans that are kept, and jobs that apply them (exchange.md §2.7): each can be read again after a restart. */
import { type CheckedTenant, rowsIn } from '../../finding.ts'
import { job } from '../own-types.ts'

const states: ReadonlySet<unknown> = new Set(['waiting', 'running', 'done', 'failed', 'stopped'])
const advice = 'delete the row, and apply the plan again'

function isJson(text: unknown): boolean {
  try {
    JSON.parse(text as string)
    return true
  } catch {
    return false
  }
}

export async function checkJobs(tenant: CheckedTenant): Promise<void> {
  for await (const { id, ...row } of rowsIn(tenant, job, ['state', 'options', 'by', 'report'])) {
    const wrong = ['options', 'by', 'report'].filter((key) => (row[key] ?? null) !== null && !isJson(row[key]))
    for (const key of wrong) tenant.report('job', `job ${id}`, `its ${key} is no JSON`, advice)
    if (!states.has(row['state'])) tenant.report('job', `job ${id}`, `its state is '${row['state']}'`, advice)
  }
}
