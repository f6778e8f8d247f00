/** The text that goes to the customer, in the customer's language: that is not the language of the pages. Pure. */
import texts from './mail.json' with { type: 'json' }

export interface MailFacts {
  readonly partner: string
  readonly name: string
  readonly roles: readonly string[]
  readonly days: number
  readonly extends: boolean
  readonly link: string
}

export type MailLanguage = keyof typeof texts

export function mailText(language: MailLanguage, facts: MailFacts): string {
  const { lines, extension } = texts[language]
  const values: Readonly<Record<string, string>> = {
    partner: facts.partner,
    name: facts.name,
    days: String(facts.days),
    link: facts.link,
    extension: facts.extends ? extension : '',
    roles: facts.roles.map((role) => `- ${role}`).join('\n'),
  }
  return lines.join('\n').replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
