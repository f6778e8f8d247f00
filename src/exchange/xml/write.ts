/** Elements as text: two-space indent, LF, one element a line, attributes in the order given. */
import { attributeText } from './escape.ts'

export interface WrittenElement {
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
  readonly children: readonly WrittenElement[]
}

export function xmlText(root: WrittenElement): string {
  const lines = ['<?xml version="1.0" encoding="utf-8"?>']
  const write = ({ name, attributes, children }: WrittenElement, indent: string): void => {
    const head = [name, ...attributes.map(([key, value]) => `${key}="${attributeText(value)}"`)].join(' ')
    if (children.length === 0) {
      lines.push(`${indent}<${head} />`)
      return
    }
    lines.push(`${indent}<${head}>`)
    for (const child of children) write(child, `${indent}  `)
    lines.push(`${indent}</${name}>`)
  }
  write(root, '')
  return `${lines.join('\n')}\n`
}
