/** What both programs share: the lines they print, the token, and what the customer does. */
const { env } = process

export const url = env['RELATA_URL'] ?? ''
const tenantId = env['RELATA_TENANT'] ?? ''
const clientId = env['RELATA_CLIENT_ID'] ?? ''
const secret = env['RELATA_SECRET'] ?? ''
export const customerId = env['RELATA_CUSTOMER'] ?? ''
/** Of the document that the clients are generated from. */
export const baseUrl = `${url}/v1.0`

export const helpdeskAdministrator = '729827e3-9c14-49f7-bb1b-9608f156bbb8'
export const genres = 'c0117050-5e70-4000-8000-000000000001'
export const nowhere = '00000000-0000-4000-8000-00000000dead'
/** The tenant's root site. */
export const site = 'root'

export const names = (name: string) => [{ languageTag: 'en-US', name }]
export const labels = (name: string) => [{ languageTag: 'en-US', name, isDefault: true }]

/** Prints one line for the step: what the client showed, or why it failed. */
export async function run(step: string, work: () => Promise<unknown>): Promise<void> {
  try {
    process.stdout.write(`${JSON.stringify({ step, saw: await work() })}\n`)
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ step, failed: (error as Error).stack })}\n`)
  }
}

// recipe: token
/** The flow clientCredentials of the document, which generators leave to the program. */
export async function signIn(): Promise<string> {
  const answer = await fetch(`${url}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: secret,
      scope: 'https://graph.microsoft.com/.default',
    }),
  })
  const { access_token: token } = (await answer.json()) as { access_token?: string }
  if (token === undefined) throw new Error(`no token: ${answer.status}`)
  return token
}
// end recipe

/** What the customer does in the admin center. */
export async function approve(relationshipId: string): Promise<void> {
  const answer = await fetch(`${url}/_relata/gdap/${relationshipId}/approve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ tenantId: customerId }),
  })
  if (!answer.ok) throw new Error(`the approval: ${answer.status} ${await answer.text()}`)
}

/** What has to be there: the generated types say that any member of an answer may be absent. */
export function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('a member of the answer is absent')
  return value
}
