/** What the browser keeps for the pages: of another version, nonsense, of somebody who is gone, or nothing at all. */
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { jsonPost } from '../_support/server.ts'
import { usePages } from './_pages.ts'

const pages = usePages()
type Skip = (reason: string) => never

const again = async (page: Page, address: string): Promise<void> => {
  await page.goto(`${pages.server().origin}${address}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** Opened with this kept. */
const openedWith = async (skip: Skip, address: string, kept: Readonly<Record<string, string>>): Promise<Page> => {
  const page = await pages.open(skip, '/settings')
  await page.evaluate((all) => {
    for (const [name, text] of Object.entries(all)) {
      localStorage.setItem(name, text)
      sessionStorage.setItem(name, text)
    }
  }, kept)
  await again(page, address)
  return page
}

const actingAs = (tenantId: string) => ({
  world: 'default',
  acting: {
    tenant: { id: tenantId, name: 'Adatum', domain: 'adatum.example' },
    caller: { kind: 'user', id: 'admin@adatum.example', name: 'Administrator' },
  },
})

describe('pages of a browser that keeps', () => {
  it.for<readonly [what: string, address: string, kept: Readonly<Record<string, string>>]>([
    ['settings with a theme that there is not', '/settings', { 'relata.settings': '{"theme":"sepia","keysOff":7}' }],
    ['views that are none', '/gdap', { 'relata.gdap.views': '{}' }],
    [
      'a list with holes',
      '/gdap',
      { 'relata.gdap.views': '[null]', 'relata.gdap.mapping': '{"kind":"bundles","lines":[null]}' },
    ],
    [
      'work of another shape',
      '/gdap',
      { 'relata.gdap.bulk default': '{"rows":[null]}', 'relata.jobs default': '[null]' },
    ],
    [
      'somebody without a name',
      '/terms',
      { 'relata.acting': '{"world":"default","acting":{}}', 'relata.jobs default': '{}' },
    ],
    [
      'no JSON',
      '/terms',
      { 'relata.settings': '{', 'relata.acting': '{', 'relata.places': '{', 'relata.recentTargets': '{' },
    ],
  ])('%s, are as if it were not there', async ([, address, kept], { skip }) => {
    const page = await openedWith(skip, address, kept)
    await page.getByRole('button', { name: 'Acting as Administrator, Contoso' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('heading', { level: 1, name: 'Shortcuts' }).waitFor()
    expect(await page.getByText('could not be drawn').count()).toBe(0)
  })

  it('nothing, as it may not: they work, and forget', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {
          get: () => {
            throw new DOMException('The operation is insecure.', 'SecurityError')
          },
        })
    })
    await again(page, '/settings')
    await page.getByRole('combobox', { name: 'Theme' }).first().selectOption({ label: 'Dark' })
    await again(page, '/terms')
    await page.getByRole('treeitem').first().waitFor()
  })

  it('whom one acted as in a tenant that is gone: they begin with somebody who is there', async ({ skip }) => {
    const page = await openedWith(skip, '/terms', {
      'relata.acting': JSON.stringify(actingAs('ada70000-0000-4000-8000-000000000001')),
    })
    await page.getByRole('button', { name: 'Acting as Administrator, Contoso' }).waitFor()
    await page.getByRole('treeitem').first().waitFor()
  })

  it('a person who is gone: they say so in the words of the server, and begin with somebody else then', async ({
    skip,
  }) => {
    const http = pages.server().http
    const made = await fetch(
      `${http}/_relata/tenants`,
      jsonPost({ displayName: 'Adatum', defaultDomain: 'adatum.example' }),
    )
    const { id } = (await made.json()) as { id: string }
    const gone = actingAs(id)
    const caller = { ...gone.acting.caller, id: 'nobody@adatum.example' }
    const page = await openedWith(skip, '/gdap', {
      'relata.acting': JSON.stringify({ ...gone, acting: { ...gone.acting, caller } }),
    })
    await page.getByText('The server does not accept this').first().waitFor()
    await again(page, '/gdap')
    await page.getByRole('button', { name: 'Acting as Administrator, Contoso' }).waitFor()
  })

  it('the address of a world whose name no world can have', async ({ skip }) => {
    const page = await pages.open(skip, '/settings')
    await page.goto(`${pages.server().origin}/settings?world=%E2%82%AC`)
    await page
      .getByText(/%E2%82%AC.*has ended/)
      .first()
      .waitFor()
  })
})
