/** The details of sets, groups and the store. */
import { describe, expect, it } from 'vitest'
import { faultsOfLooks, go, usePages } from '../_pages.ts'
import { find, save, useHerbs } from './_herbs.ts'

const pages = usePages()
const { sent, made } = useHerbs(pages)

describe('the details of a set and a group', () => {
  it('saves the names and the contacts of a set at once, and opens it', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}`)
    await page.getByRole('textbox', { name: 'Name, Deutsch' }).fill(`Kräuter ${all.set}`)
    await page.getByRole('tab', { name: 'Usage' }).click()
    await page.getByRole('textbox', { name: 'Contact' }).fill('herbs@contoso.example')
    await find(page, 'Stakeholders', 'Tara')
    await page.getByRole('option', { name: /^Tara Technician/ }).click()
    await save(page).click()
    await page
      .getByText(/^“Herbs .*” saved$/)
      .first()
      .waitFor()
    await page.getByRole('switch', { name: /^Open/ }).click()
    await page
      .getByText(/is open$/)
      .first()
      .waitFor()
    const set = await sent('GET', `/sets/${all.set}?$select=localizedNames,contact,stakeholders,isOpen`)
    expect(set.localizedNames).toContainEqual({ languageTag: 'de-DE', name: `Kräuter ${all.set}` })
    expect(set).toMatchObject({ contact: 'herbs@contoso.example', isOpen: true })
    expect(set.stakeholders).toHaveLength(1)
  })

  it('names who manages a group and who contributes', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/g/${all.group}?tab=roles`)
    await find(page, 'Contributors', 'Hugo')
    await page.getByRole('option', { name: /^Hugo Helpdesk/ }).click()
    await save(page).click()
    await page
      .getByText(/^“Kitchen .*” saved$/)
      .first()
      .waitFor()
    expect((await sent('GET', `/groups/${all.group}?$select=contributors`)).contributors).toHaveLength(1)
  })

  it('has nothing that axe finds or that is cut off', async ({ skip }) => {
    const all = await made()
    const page = await pages.open(skip, `/terms/s/${all.set}`)
    const views = [
      `/terms/s/${all.set}`,
      `/terms/s/${all.set}?tab=usage`,
      `/terms/g/${all.group}?tab=roles`,
      '/terms?tab=general',
    ]
    for (const address of views) {
      await go(page, address)
      await page.getByRole('tabpanel').waitFor()
      await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0)
      expect(await faultsOfLooks(page, `detail-${views.indexOf(address)}`, { within: 'aside' }), address).toEqual([])
    }
  }, 60_000)
})

describe('the detail of the store', () => {
  it('adds and removes languages, tells first what goes along, and brings it back', async ({ skip }) => {
    const world = await pages.world()
    const page = await pages.open(skip, world.at('/terms'))
    const languages = page.getByRole('list', { name: 'Working languages' })
    await languages.getByRole('button', { name: 'Remove Deutsch' }).click()
    await page.getByText(/^\d+ terms are changed$/).waitFor()
    expect(await languages.getByRole('button', { name: 'Remove English' }).getAttribute('aria-disabled')).toBe('true')
    await find(page, 'Add a language', 'it-it')
    await page.getByRole('option', { name: 'Italian (Italy) (it-IT)' }).click()
    await page.getByText('1 change not saved').waitFor()
    await save(page).click()
    await page.getByText('“Term store” saved').first().waitFor()
    const tags = async (): Promise<readonly string[]> =>
      (await world.send('GET', '/v1.0/termStore', undefined)).body.languageTags
    expect(await tags()).toEqual(['en-US', 'fr-FR', 'it-IT'])
    await page.getByRole('heading', { level: 2 }).click()
    await page.keyboard.press('Control+z')
    await languages.getByText('Deutsch').waitFor()
    expect(await tags()).toEqual(['de-DE', 'en-US', 'fr-FR'])
    await languages.getByRole('button', { name: 'Make default: Deutsch' }).click()
    await save(page).click()
    await languages.getByRole('listitem').filter({ hasText: 'Deutsch' }).getByText('default').waitFor()
    await expect
      .poll(async () => (await world.send('GET', '/v1.0/termStore', undefined)).body.defaultLanguageTag)
      .toBe('de-DE')
  })

  it('says of a language that there is none, in the words of the server, and who may choose', async ({ skip }) => {
    const page = await pages.open(skip, '/terms')
    await find(page, 'Add a language', 'xx-yy')
    await page.getByRole('option', { name: /xx-yy/i }).click()
    await page
      .getByText(/'xx-YY' is not a language that a term store can have/)
      .first()
      .waitFor()
    await expect.poll(() => save(page).getAttribute('aria-disabled')).toBe('true')
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByRole('button', { name: /^Acting as/ }).click()
    await page.getByRole('button', { name: 'Sana Sales' }).click()
    await page.getByText('Read-only: changing the languages takes a term store administrator.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: 'Remove Deutsch' }).count()).toBe(0)
  })
})
