/** Adapter: the control addresses of GDAP in bulk, on the parts of one server. */
import { AppError } from '#base/errors.ts'
import type { Json } from '#base/json.ts'
import type { RoleFinder } from '#bulk/catalogue.ts'
import { customersInJson } from '#bulk/input/customers.ts'
import { wantedOf } from '#bulk/input/inputs.ts'
import { InputError, type InputFault, type ParsedFile } from '#bulk/input/reading.ts'
import { packs } from '#bulk/packs/packs.ts'
import type { WantedGdap } from '#bulk/wanted.ts'
import type { BulkControl, WantedBody } from '#control/customer/bulk.ts'
import type { BulkJobs } from './bulk-jobs.ts'

/** Members of the body stand for the files of a directory. */
function wantedIn({ settings, templates, groups, customers }: WantedBody, finder: RoleFinder): WantedGdap {
  if (!Array.isArray(templates))
    throw new AppError('invalid', "'templates' is missing: a list of templates.", { target: 'templates' })
  const list: ParsedFile = { file: 'customers', value: customers }
  try {
    return wantedOf(
      {
        settings: { file: 'settings', value: settings },
        templates: templates.map((value: unknown, at): ParsedFile => ({ file: `templates/${at}`, value })),
        groups: groups === undefined ? undefined : { file: 'groups', value: { groups } },
        customers: (faults: InputFault[]) => customersInJson(list, faults),
      },
      finder,
    )
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const details = error.faults.map(({ file, path, text }) => {
      return { code: 'invalidRequest', message: text, target: path === '' ? file : `${file}/${path}` }
    })
    const [first] = details
    throw new AppError('invalid', first?.message ?? error.message, {
      details,
      ...(first === undefined ? {} : { target: first.target }),
    })
  }
}

export function bulkControlOf(bulk: BulkJobs, tenantId: BulkControl['tenantId']): BulkControl {
  return {
    tenantId,
    plan: async (caller, body, wish) => bulk.plan(caller, (finder) => wantedIn(body, finder), wish),
    apply: async (caller, plan) => (await bulk.apply(caller, plan)) as unknown as Json,
    job: async (caller, id) => (await bulk.job(caller, id)) as unknown as Json,
    stop: async (caller, id) => (await bulk.stop(caller, id)) as unknown as Json,
    templates: async () => ({ packs }),
  }
}
