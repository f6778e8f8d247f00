import { describe, expect, it } from 'vitest'
import type { Bundle } from '../bundles.ts'
import { customersInText, type Draft, draftIn, faultOf, viewOf, wantedOf } from './draft.ts'

const reader = { id: 'r1', name: 'Security Reader' }
const desk = { id: 'r2', name: 'Helpdesk Administrator' }
const bundle: Bundle = {
  id: 'lighthouse.service-desk',
  pack: 'lighthouse',
  name: 'service-desk',
  roles: [reader, desk],
}
const nothing = { own: {}, chosen: [], added: [] }
const draft: Draft = { ...draftIn({}, nothing), templates: [bundle.id] }
const fabrikam = { id: 'fab21ca0-0000-4000-8000-000000000002', name: 'Fabrikam' }

describe('what is wanted', () => {
  it('is in the address as far as it is short', () => {
    const wanted: Draft = { ...draft, groups: 'named', days: '365', isExtended: false, customers: [fabrikam.id] }
    expect(draftIn(viewOf(wanted), nothing)).toEqual(wanted)
    const many = Array.from({ length: 30 }, (_, at) => String(at))
    const long = viewOf({ ...draft, customers: many })
    expect(long['customers']).toBe('chosen')
    expect(draftIn(long, { ...nothing, chosen: many }).customers).toEqual(many)
    expect(draftIn(viewOf({ ...draft, customers: 'all' }), nothing).customers).toBe('all')
  })

  it('says nothing of groups, names one for each role, or has those that were chosen', () => {
    const assigned = (change: Partial<Draft>) => wantedOf({ ...draft, ...change }, [bundle], [fabrikam])
    expect(assigned({}).templates[0]).toEqual({ name: 'service-desk', roles: ['r1', 'r2'] })
    expect(assigned({ groups: 'named' })).toMatchObject({
      templates: [{ assign: [{ group: 'M365 GDAP Security Reader', roles: ['r1'] }, { roles: ['r2'] }] }],
      groups: [{ name: 'M365 GDAP Security Reader' }, { name: 'M365 GDAP Helpdesk Administrator' }],
    })
    expect(assigned({ groups: 'own', own: { r1: ['g1'], r2: ['g1', 'g2'] } }).templates[0]).toMatchObject({
      assign: [
        { group: { id: 'g1' }, roles: ['r1', 'r2'] },
        { group: { id: 'g2' }, roles: ['r2'] },
      ],
    })
    expect(assigned({ isSent: false, days: '030' }).settings.defaults).toEqual({
      ...{ duration: 'P30D', autoExtend: 'P180D', lock: false },
    })
  })

  it('never takes all groups away because none was chosen', () => {
    expect(faultOf({ ...draft, groups: 'own' }, [bundle])).toBe('templates.fault.noGroup')
    expect(faultOf({ ...draft, groups: 'own', own: { r2: ['g1'] } }, [bundle])).toBeUndefined()
    expect(faultOf({ ...draft, days: '731' }, [bundle])).toBe('gdap.new.durationBad')
    expect(faultOf(draft, [])).toBe('templates.fault.none')
  })

  it('is for customers of a file too, with their names', () => {
    const other = '4021417d-0000-4000-8000-000000000003'
    const text = `CustomerTenantId,CustomerName,Template\r\n${fabrikam.id.toUpperCase()},"Fabrikam",x\n\n${other}\nno id`
    expect(customersInText(text)).toEqual({ found: [fabrikam, { id: other, name: '' }], left: 1 })
  })
})
