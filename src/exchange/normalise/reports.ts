/** What is said about the records of a document while it is read, matched and checked. */
import type { GroupDoc, NodeDoc, SetDoc } from '../document.ts'
import { type FaultCode, fault, type ImportFault } from '../faults.ts'

/** A part of a document of which a plan has records. */
export type Part = GroupDoc | SetDoc | NodeDoc

/** All that is said, by the part it is about. */
export class Reports {
  private readonly byPart = new Map<Part, ImportFault[]>()
  /** What was said of each part, so that nothing is said twice. */
  private readonly forms = new Map<Part, Set<string>>()

  tell(part: Part, code: FaultCode, text: string): void {
    this.add(part, fault(code, part.at, text))
  }

  add(part: Part, said: ImportFault): void {
    const form = `${said.code} ${said.text}`
    const known = this.byPart.get(part)
    const forms = this.forms.get(part)
    if (known === undefined || forms === undefined) {
      this.byPart.set(part, [said])
      this.forms.set(part, new Set([form]))
    } else if (!forms.has(form)) {
      forms.add(form)
      known.push(said)
    }
  }

  of(part: Part): readonly ImportFault[] {
    return this.byPart.get(part) ?? []
  }

  all(): ImportFault[] {
    return [...this.byPart.values()].flat()
  }

  isRefused(part: Part): boolean {
    return this.of(part).some(({ severity }) => severity === 'refused' || severity === 'stops')
  }

  /** Says the same of another part, which has taken its place. */
  pass(from: Part, to: Part): void {
    for (const said of this.of(from)) this.add(to, said)
  }
}
