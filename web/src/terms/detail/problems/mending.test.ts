import { describe, expect, it } from 'vitest'
import { mendingOf } from './mending.ts'

describe('where a finding is mended', () => {
  it('is the label of the language that is meant, else that of the default language', () => {
    expect(mendingOf('missing-translation', 'de-DE', 'en-US')).toEqual({ tab: undefined, focus: 'label de-DE' })
    expect(mendingOf('sibling-clash', undefined, 'en-US')).toEqual({ tab: undefined, focus: 'label en-US' })
  })

  it('is the tab that has the field', () => {
    expect(mendingOf('missing-description', undefined, 'en-US')).toEqual({ tab: undefined, focus: 'description' })
    expect(mendingOf('deprecated-no-successor', undefined, 'en-US')).toEqual({ tab: 'usage', focus: 'deprecation' })
    expect(mendingOf('property-near', undefined, 'en-US')).toEqual({ tab: 'advanced', focus: 'property' })
  })

  it('is no field where only the tree can mend it', () => {
    for (const rule of ['deep', 'wide', 'lonely-child', 'cycle', 'order-stale'])
      expect(mendingOf(rule, undefined, 'en-US')).toBeUndefined()
  })
})
