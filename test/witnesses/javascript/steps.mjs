/** Prints one line for each step of a witness: what the client showed, or why it failed. */
export const run = async (step, work) => {
  try {
    process.stdout.write(`${JSON.stringify({ step, saw: await work() })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ step, failed: error.stack })}\n`)
  }
}

export const helpdeskAdministrator = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
export const genres = 'c0117050-5e70-4000-8000-000000000001'
export const nowhere = '00000000-0000-4000-8000-00000000dead'
export const scopes = ['https://graph.microsoft.com/.default']

/** What the customer does in the admin center. */
export const approve = async (url, id, tenantId) => {
  const answer = await fetch(`${url}/_relata/gdap/${id}/approve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId }),
  })
  if (!answer.ok) throw new Error(`the approval: ${answer.status} ${await answer.text()}`)
}
