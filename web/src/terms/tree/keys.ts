/** What keys do in the tree. Walking and typing a label are in TermTree.tsx. */
export type TreeCommand =
  | 'addBelow'
  | 'addBeside'
  | 'rename'
  | 'delete'
  | 'menu'
  | 'open'
  | 'select'
  | 'selectAll'
  | 'openSiblings'
  | 'cut'
  | 'copy'
  | 'paste'
  | 'moveUp'
  | 'moveDown'
  | 'moveOut'
  | 'moveIn'

const commands: Readonly<Record<string, TreeCommand>> = {
  Insert: 'addBelow',
  'Ctrl+Enter': 'addBelow',
  'Shift+Insert': 'addBeside',
  'Ctrl+Shift+Enter': 'addBeside',
  F2: 'rename',
  Delete: 'delete',
  '.': 'menu',
  'Shift+F10': 'menu',
  ContextMenu: 'menu',
  Enter: 'open',
  ' ': 'select',
  'Ctrl+A': 'selectAll',
  '*': 'openSiblings',
  'Ctrl+X': 'cut',
  'Ctrl+C': 'copy',
  'Ctrl+V': 'paste',
  'Ctrl+Shift+ArrowUp': 'moveUp',
  'Ctrl+Shift+ArrowDown': 'moveDown',
  'Ctrl+Shift+ArrowLeft': 'moveOut',
  'Ctrl+Shift+ArrowRight': 'moveIn',
}

/** `keys`: as kit/keys/shortcuts.ts writes them. */
export function commandOf(keys: string): TreeCommand | undefined {
  return commands[keys]
}
