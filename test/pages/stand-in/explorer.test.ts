/** The explorer: each sample is sent on the default seed; addresses are completed; ids and next links lead on. */
import { describe, expect, it, vi } from 'vitest'
import { samples } from '../../../web/src/explorer/samples.ts'
import en from '../../../web/src/i18n/en/explorer.json' with { type: 'json' }
import { faultsOfLooks, show, usePages } from '../_pages.ts'

// Each has many steps in a browser, which a busy machine is slow at.
vi.setConfig({ testTimeout: 60_000 })

const pages = usePages()
const texts: Readonly<Record<string, string>> = en

describe('the explorer', () => {
  it('has samples that are all answered 2xx', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer')
    const failed: string[] = []
    for (const { text, method, id } of samples) {
      const button = page.getByRole('button').filter({ hasText: new RegExp(`^${method}${texts[text]}$`) })
      await expect.poll(() => button.first().getAttribute('aria-disabled'), { message: id }).not.toBe('true')
      await button.first().click()
      const [path = ''] = (await page.getByRole('combobox', { name: 'Address' }).inputValue()).split('?')
      // Not what the page reads by itself meanwhile.
      const isIt = (url: string): boolean => decodeURI(new URL(url).pathname).endsWith(path)
      const answered = page.waitForResponse((answer) => answer.request().method() === method && isIt(answer.url()))
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      const answer = await answered
      if (answer.status() > 299) failed.push(`${id}: ${answer.status()} ${await answer.text()}`)
      await page.locator(`[data-status="${answer.status()}"]`).waitFor()
    }
    expect(failed).toEqual([])
  }, 120_000)

  it('completes addresses from the documents of the server, and sends by key', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer')
    const address = page.getByRole('combobox', { name: 'Address' })
    await address.fill('')
    await address.pressSequentially('/tenantRel')
    await page.getByRole('option', { name: '/tenantRelationships', exact: true }).click()
    expect(await address.inputValue()).toBe('/tenantRelationships')
    await address.fill('https://graph.microsoft.com/beta/users?$top=1')
    expect(await page.getByRole('combobox', { name: 'Version' }).inputValue()).toBe('beta')
    await page.keyboard.press('Control+Enter')
    await page.locator('[data-status="200"]').waitFor()
    expect(new URL(page.url()).searchParams.get('path')).toBe('/users?$top=1')
    await address.fill('/termStore/sets/x?')
    await address.pressSequentially('as')
    await page.getByRole('option', { name: '/termStore/sets/x?asOf=' }).click()
    expect(await address.inputValue()).toBe('/termStore/sets/x?asOf=')
  })

  it('follows next links and ids, and Back takes that back', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer?path=/users?$top=1')
    const address = page.getByRole('combobox', { name: 'Address' })
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('button', { name: /skiptoken/ }).click()
    await expect.poll(() => address.inputValue()).toContain('$skiptoken')
    await page.locator('[data-status="200"]').waitFor()
    await page.goBack()
    await expect.poll(() => address.inputValue()).toBe('/users?$top=1')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page
      .getByRole('button', { name: /^"c0117050-05e7/ })
      .first()
      .click()
    await expect.poll(() => address.inputValue()).toMatch(/^\/users\/c0117050-05e7/)
  })

  it('says which permissions are needed and held, also of another caller', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer?method=DELETE&path=/termStore/groups/x&show=permissions')
    await page.getByText('The token has a permission that is enough.').waitFor()
    await page.getByRole('button', { name: /^Asked as/ }).click()
    await page.getByRole('button', { name: 'Relata reader' }).first().click()
    await page.getByText('The token has none of the permissions that are enough.').waitFor()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-status="403"]').waitFor()
    const others = page.getByRole('region', { name: 'Who else' })
    await others.getByText('People of Contoso, such as Administrator has a token that is enough').waitFor()
    await others.getByText('Relata daemon has a token that is enough').waitFor()
    await others.getByRole('button', { name: 'Ask as Relata daemon' }).click()
    await page.getByText('The token has a permission that is enough.').waitFor()
    await others.getByText('Relata reader has no token that is enough').waitFor()
  })

  it('does not send what is no JSON, and writes the request in other languages', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer?method=POST&path=/termStore/groups')
    await page.getByLabel('Body').fill('{ "displayName": ')
    await page.getByRole('alert').getByText(/JSON/).waitFor()
    expect(await page.getByRole('button', { name: 'Send', exact: true }).getAttribute('aria-disabled')).toBe('true')
    await page.getByLabel('Body').fill('{ "displayName": "By a snippet" }')
    await page.getByRole('tab', { name: 'Snippets' }).click()
    await page.getByText('curl -sS').first().waitFor()
    await page.getByLabel('Language of the snippet').selectOption('Python')
    await page.getByText('import requests').waitFor()
  })

  it('keeps what was sent, and sends it again', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer?path=/organization')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('[data-status="200"]').waitFor()
    await page.reload()
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByRole('combobox', { name: 'Address' }).fill('/other')
    await page.getByRole('button', { name: /\/organization/ }).click()
    expect(await page.getByRole('combobox', { name: 'Address' }).inputValue()).toBe('/organization')
  })

  it('opens the reference, which calls nobody else and breaks no policy', async ({ skip }) => {
    const page = await pages.open(skip, '/explorer')
    const hosts = new Set<string>()
    page.on('request', (request) => hosts.add(new URL(request.url()).host))
    await page.getByRole('tab', { name: 'Reference' }).click()
    await page.getByRole('heading', { name: /Relata, Microsoft Graph v1.0/ }).waitFor({ timeout: 30_000 })
    await page.getByLabel('Document').selectOption('_relata')
    await page
      .getByRole('heading', { name: /own addresses/ })
      .first()
      .waitFor({ timeout: 30_000 })
    expect([...hosts].filter((host) => host !== '' && host !== new URL(pages.server().origin).host)).toEqual([])
  }, 60_000)
})

it('has nothing in the explorer that axe finds or that is cut off, and is in German', async ({ skip }) => {
  const page = await pages.open(skip, '/explorer')
  // By key: a pointer on the button would hold its tooltip open.
  await page.keyboard.press('Control+Enter')
  await page.locator('[data-status="200"]').waitFor()
  expect(await faultsOfLooks(page, 'explorer-answer')).toEqual([])
  for (const part of ['Headers', 'Permissions', 'Snippets']) {
    await page.getByRole('tab', { name: part, exact: true }).click()
    expect(await faultsOfLooks(page, `explorer-${part.toLowerCase()}`), part).toEqual([])
  }
  await show(page, { language: 'de', width: 390 })
  await page.getByRole('tab', { name: 'Anforderung', exact: true }).click()
  expect(await faultsOfLooks(page, 'explorer-request', { languages: [] })).toEqual([])
  await page.getByRole('tab', { name: 'Beispiele' }).first().click()
  await page.getByRole('button', { name: /Ausdruck erstellen/ }).click()
  await page.getByRole('button', { name: 'Senden' }).waitFor()
}, 60_000)
