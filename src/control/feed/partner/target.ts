/** The addresses of Partner Center's API that are served, on every host: events.md §2.1. */

const form = /^\/(?:(?:webhooks|auditactivity)\/v1|v1\/auditrecords)(?:\/|$)/i

/** Whether a raw path belongs to Partner Center's API. */
export function isPartnerCenter(path: string): boolean {
  return form.test(path)
}
