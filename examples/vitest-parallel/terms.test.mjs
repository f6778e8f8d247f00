/** A hundred tests at the same time on one server. All change the same seeded terms, each in a world of its own. */
import { test } from 'relata/testing/vitest'
import { describe } from 'vitest'

/** The set Genres of Contoso and two of its terms, the same in every release (docs/seeds.md). */
const genres = '/termStore/sets/c0117050-5e70-4000-8000-000000000001'
const [fiction, novel] = [1, 2].map((number) => `${genres}/terms/c0117050-7e21-4000-8000-00000000000${number}`)

const label = (name) => [{ languageTag: 'en-US', name, isDefault: true }]
const names = ({ value }) => value.map(({ labels }) => labels.find(({ languageTag }) => languageTag === 'en-US').name)

describe.concurrent('one of a hundred', () => {
  const numbers = Array.from({ length: 100 }, (_, at) => at)

  test.for(numbers)('test %i', async (number, { relata, expect }) => {
    const client = relata.client()
    expect(names(await client.api(`${fiction}/children`).get())).toEqual(['Novel', 'Poetry', 'Short story'])
    await client.api(novel).delete()
    const made = await client.api(`${fiction}/children`).post({ labels: label(`Saga ${number}`) })
    await client.api(`${genres}/terms/${made.id}/children`).post({ labels: label('Family saga') })
    await client.api(fiction).patch({ labels: label(`Fiction ${number}`) })

    // Nothing of the other ninety-nine, which do the same at this moment.
    expect(names(await client.api(`${fiction}/children`).get())).toEqual(['Poetry', `Saga ${number}`, 'Short story'])
    expect(names({ value: [await client.api(fiction).get()] })).toEqual([`Fiction ${number}`])
  })
})
