/** The first page of a stand-in: recipes that work, a token, what goes on, and first steps. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { wellKnown } from '#app/seed/seed-data.ts'
import { webhookReceiver } from '../../_support/webhook-receiver.ts'
import { axeInThemes, faultsOfLooks, layoutFaults, show, usePages } from '../_pages.ts'

const pages = usePages()
const run = promisify(execFile)

const json = { 'content-type': 'application/json' }

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${pages.server().http}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) })

describe('the first page of a stand-in', () => {
  it('has the address, and a recipe for curl that works as it was copied', async ({ skip }) => {
    const page = await pages.open(skip, '/')
    await page.getByText(pages.server().origin, { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Copy curl' }).click()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toContain(`url=${pages.server().origin} `)
    // The authority of this test server is elsewhere.
    const script = copied.replaceAll('--cacert "$ca"', '--insecure')
    const { stdout } = await run('bash', ['-c', script])
    const group = JSON.parse(stdout) as { id: string; displayName: string }
    expect(group.displayName).toMatch(/^curl /)
    expect((await pages.server().send('GET', `/v1.0/termStore/groups/${group.id}`)).status).toBe(200)
  })

  it('remembers the language, and fills in address and world', async ({ skip }) => {
    await post('/_relata/worlds', { id: 'try-out' })
    const page = await pages.open(skip, '/?world=try-out')
    await page.getByRole('tab', { name: 'Python' }).click()
    await page.getByRole('region', { name: 'Python' }).getByText(pages.server().origin).waitFor()
    await page.getByText('relata-world: try-out').waitFor()
    await page.goto(`${pages.server().origin}/?world=try-out`)
    await page.getByRole('region', { name: 'Python' }).waitFor()
    await page.getByRole('tab', { name: 'curl' }).click()
    await page.getByRole('region', { name: 'curl' }).getByText("curl -sS -H 'relata-world: try-out'").first().waitFor()
  })

  it('runs what the recipe does, and nothing where it calls nothing; takes it back', async ({ skip }) => {
    const page = await pages.open(skip, '/')
    const groups = async (): Promise<string[]> => {
      const { body } = await pages.server().send('GET', '/v1.0/termStore/groups?$select=displayName')
      return body.value.map(({ displayName }: { displayName: string }) => displayName)
    }
    const runs = page.getByRole('button', { name: 'Run it here' })
    for (const [title, isRun] of [
      ['JavaScript', false],
      ['Go', false],
      ['Java', false],
      ['curl', true],
      ['.NET', true],
      ['Python', true],
    ] as const) {
      await page.getByRole('tab', { name: title, exact: true }).click()
      await page.getByRole('region', { name: title, exact: true }).waitFor()
      expect(await runs.count(), title).toBe(isRun ? 1 : 0)
    }
    await runs.click()
    // The last call of the program for Python pins a term.
    await page.getByRole('heading', { level: 2, name: /\/relations$/ }).waitFor()
    expect(new URL(page.url()).pathname).toMatch(/^\/requests\//)
    await page.getByRole('complementary', { name: 'The request' }).getByText('Relata daemon').first().waitFor()
    await page.getByRole('tab', { name: 'Request' }).click()
    await page.getByRole('region', { name: 'Body of the request' }).getByText('"pin"').waitFor()
    expect((await groups()).some((name) => name.startsWith('Python '))).toBe(true)
    await page.getByText('5 changes made by the recipe').first().waitFor()
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click()
    await expect.poll(async () => (await groups()).some((name) => name.startsWith('Python '))).toBe(false)
  })

  it('copies a token of anybody, which works', async ({ skip }) => {
    const page = await pages.open(skip, '/')
    await page.getByRole('button', { name: /^Token for Administrator/ }).click()
    await page.getByRole('textbox', { name: 'Find a person or an application' }).fill('sana')
    await page.getByRole('button', { name: 'Sana' }).first().click()
    await page.getByRole('combobox', { name: 'What it may' }).selectOption('read')
    await page.getByRole('button', { name: 'Copy a token' }).click()
    await page.getByText('valid for 59 min, 4 permissions').waitFor()
    const token = await page.evaluate<string>('navigator.clipboard.readText()')
    const me = await fetch(`${pages.server().http}/_relata/me`, { headers: { authorization: `Bearer ${token}` } })
    expect(((await me.json()) as { user: { userPrincipalName: string } }).user.userPrincipalName).toBe(
      'sana@contoso.example',
    )
  })

  it('tells what goes on, each line by itself', async ({ skip }) => {
    await post('/_relata/faults', { id: 'no-counts', where: { path: '/v1.0/$batch' }, what: { status: 500 } })
    await pages.server().send('GET', '/v1.0/termStore/sets/none')
    const page = await pages.open(skip, '/')
    const now = page.getByRole('region', { name: 'Right now' })
    await now.getByText(/\d+ in the last minute, \d+ refused/).waitFor()
    await now.getByText('no-counts').waitFor()
    await now.getByText(/next: Northwind support, invitation lapses/).waitFor()
    await expect.poll(() => now.getByText('not known').count()).toBe(2)
    await now
      .getByRole('link', { name: /^request / })
      .first()
      .waitFor()
    await fetch(`${pages.server().http}/_relata/faults`, { method: 'DELETE' })
    await page.reload()
    await now.getByText('1 active, 1 waits for approval').waitFor()
    await now.getByText(/\d+ groups and \d+ term sets/).waitFor()
  })

  it('names what is due next in words, also where it is about nothing that has a name', async ({ skip }) => {
    const receiver = await webhookReceiver()
    receiver.answer(({ path }) => {
      const token = new URL(path, receiver.url).searchParams.get('validationToken')
      return token === null ? 202 : { status: 200, headers: { 'content-type': 'text/plain' }, body: token }
    })
    try {
      const world = await pages.world()
      const made = await world.send('POST', '/v1.0/subscriptions', {
        resource: 'tenantRelationships/delegatedAdminRelationships',
        changeType: 'created',
        notificationUrl: receiver.url,
        expirationDateTime: new Date(Date.now() + 86_400_000).toISOString(),
      })
      expect(made.status, made.text).toBe(201)
      const page = await pages.open(skip, world.at('/'))
      const now = page.getByRole('region', { name: 'Right now' })
      await now.getByText(/; next: creators of Graph subscriptions are checked, \w+ \d+, \d{4}$/).waitFor()
      await show(page, { language: 'de' })
      await page.getByText(/; als Nächstes: Ersteller von Graph-Abonnements werden geprüft, /).waitFor()
    } finally {
      await receiver.close()
    }
  })

  it('jumps to what is due next, and back', async ({ skip }) => {
    const page = await pages.open(skip, '/')
    const now = page.getByRole('region', { name: 'Right now' })
    await now.getByRole('button', { name: 'Jump there' }).click()
    await expect
      .poll(async () => new Date((await pages.server().clock()).now).getTime() - Date.now())
      .toBeGreaterThan(80 * 86_400_000)
    await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).first().click()
    await expect
      .poll(async () => new Date((await pages.server().clock()).now).getTime() - Date.now())
      .toBeLessThan(86_400_000)
  })

  it('ticks the first steps as the log sees them, and shows a 403', async ({ skip }) => {
    await fetch(`${pages.server().http}/_relata/requests`, { method: 'DELETE' })
    const page = await pages.open(skip, '/')
    const steps = page.getByRole('region', { name: 'First steps' })
    const pin = steps.getByRole('listitem').filter({ hasText: 'Pin a term' })
    await pin.getByRole('link').waitFor()
    expect(await pin.getByText('done').count()).toBe(0)
    await expect.poll(() => pin.getByRole('link').getAttribute('href')).toMatch(/^\/terms\/s\/[\w-]+\/t\/[\w-]+$/)
    const made = await pages
      .server()
      .send(
        'POST',
        '/v1.0/termStore/sets/c0117050-5e70-4000-8000-000000000001/terms/c0117050-7e21-4000-8000-000000000007/relations',
        {
          relationship: 'pin',
          set: { id: 'c0117050-5e70-4000-8000-000000000003' },
          fromTerm: { id: 'c0117050-7e21-4000-8000-000000000015' },
        },
      )
    expect(made.status).toBe(201)
    await pin.getByText('done').waitFor({ timeout: 15_000 })
    await steps.getByRole('button', { name: 'See a 403, and why' }).click()
    await page.getByText('The token of Relata reader lacks the permission TermStore.ReadWrite.All.').waitFor()
    expect(wellKnown.reader).toBe('4e1a7a00-0000-4000-8000-00000000a99e')
  }, 60_000)

  it('has the recipes as a list where there is no room for tabs, what goes on first, and fits in each look', async ({
    skip,
  }) => {
    const page = await pages.open(skip, '/', { width: 390 })
    await page.getByText('1 active, 1 waits for approval').waitFor()
    await page.getByRole('combobox', { name: 'Language of the program' }).selectOption('python')
    await page.getByRole('region', { name: 'Python' }).waitFor()
    const top = (name: string): Promise<number> =>
      page.getByRole('region', { name }).evaluate((part) => part.getBoundingClientRect().top)
    expect(await top('Right now')).toBeLessThan(await top('Call it'))
    await page.getByRole('button', { name: 'Copy a token' }).click()
    await page.getByText(/^valid for/).waitFor()
    expect(await faultsOfLooks(page, 'overview')).toEqual([])
    await page.getByRole('button', { name: /^Token for/ }).click()
    await page.getByRole('button', { name: 'Hugo' }).first().waitFor()
    expect(await axeInThemes(page)).toEqual([])
    expect(await layoutFaults(page)).toEqual([])
  }, 40_000)
})
