import { expect, it } from 'vitest'
import { wellKnown } from '../seed/seed-data.ts'
import { demoWarning } from './demo-tenants.ts'

const contoso = { id: wellKnown.contoso, displayName: 'Contoso', defaultDomain: 'contoso.example' }
const own = { id: '7b6b0a52-3c59-4a0e-8e0b-1f2d3c4b5a69', displayName: 'Litware', defaultDomain: 'litware.example' }

it('names the demo companies that are left, and how to remove them', () => {
  expect(demoWarning([own, contoso])).toMatch(
    /: Contoso\. .*Remove them: relata tenant remove contoso\.example --confirm 'Contoso'$/,
  )
})

it('says nothing where there are none', () => {
  expect(demoWarning([own])).toBeUndefined()
})
