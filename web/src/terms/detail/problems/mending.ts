/** Where what a rule finds is mended: the tab, and the field that gets the focus there. Pure. */
export interface Mending {
  /** Undefined: the first one. */
  readonly tab: string | undefined
  /** As `data-field` names it. */
  readonly focus: string
}

const labelRules = /^(?:no-default-label|missing-translation|missing-set-name|sibling-clash|synonym|label-|language-)/
const propertyRules = /^(?:property|uri|notation|mapping|exact-match|related|reference|limit-near)/

/** `usual`: the default language. Undefined: it is mended in the tree. */
export function mendingOf(rule: string, languageTag: string | undefined, usual: string): Mending | undefined {
  if (labelRules.test(rule)) return { tab: undefined, focus: `label ${languageTag ?? usual}` }
  if (rule === 'missing-description') return { tab: undefined, focus: 'description' }
  if (rule.startsWith('deprecated')) return { tab: 'usage', focus: 'deprecation' }
  if (rule === 'unused') return { tab: 'usage', focus: 'tagging' }
  if (/orphan/.test(rule)) return { tab: 'usage', focus: 'places' }
  if (rule === 'contact-odd') return { tab: 'usage', focus: 'contact' }
  if (propertyRules.test(rule)) return { tab: 'advanced', focus: 'property' }
  return undefined
}
