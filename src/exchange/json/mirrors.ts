/** What a file lists below a pin: compared with the source, and left out of the document (exchange.md §1.1). */
import { type DocIndex, indexDoc, matchingForm } from '../doc/doc-index.ts'
import { type Doc, isRef, type NodeDoc } from '../document.ts'
import { fault, type ImportFault } from '../faults.ts'

/** What identifies a place among its siblings. */
function keyOf(node: NodeDoc, index: DocIndex): string {
  const term = index.termOf(node)
  const id = isRef(node.term) && 'id' in node.term ? node.term.id : term?.id
  return id ?? matchingForm(index.nameOf(node, '') ?? '')
}

function isSame(listed: readonly NodeDoc[], shown: readonly NodeDoc[], index: DocIndex): boolean {
  if (listed.length !== shown.length) return false
  const byKey = new Map(shown.map((node) => [keyOf(node, index), node]))
  return listed.every((node) => {
    const source = byKey.get(keyOf(node, index))
    return source !== undefined && isSame(node.children, childrenShown(source, index), index)
  })
}

/** Children of a place as a pin above it shows them. */
function childrenShown(node: NodeDoc, index: DocIndex): readonly NodeDoc[] {
  const source = node.kind === 'pin' && isRef(node.term) ? index.find(node.term)?.node : undefined
  return source === undefined ? node.children : childrenShown(source, index)
}

function hasMirrors(nodes: readonly NodeDoc[]): boolean {
  return nodes.some(({ kind, children }) => (kind === 'pin' ? children.length > 0 : hasMirrors(children)))
}

/** The document without nodes below pins, and a warning for each pin whose source has others. */
export function withoutMirrors(doc: Doc): Doc {
  if (!doc.groups.some(({ sets }) => sets.some(({ children }) => hasMirrors(children)))) return doc
  const index = indexDoc(doc)
  const faults: ImportFault[] = []

  function plain(node: NodeDoc): NodeDoc {
    if (node.kind !== 'pin') return { ...node, children: node.children.map(plain) }
    const source = isRef(node.term) ? index.find(node.term)?.node : undefined
    const isSource = source !== undefined && isSame(node.children, source.children, index)
    if (node.children.length > 0 && !isSource) {
      const why = source === undefined ? 'which the file does not hold' : 'which has others'
      const text = `line ${node.at.line}: what is below a pin comes from its source, ${why}. What is listed here is not read.`
      faults.push(fault('mirror-differs', node.at, text))
    }
    return { ...node, children: [] }
  }

  const groups = doc.groups.map((group) => ({
    ...group,
    sets: group.sets.map((set) => ({ ...set, children: set.children.map(plain) })),
  }))
  return { ...doc, groups, faults: [...doc.faults, ...faults] }
}
