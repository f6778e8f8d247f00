/** Why something is refused, in the words of the server but for the ids in them: people know things by their names. */
const guid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const besideName = new RegExp(` \\(${guid}\\)`, 'gi')
const alone = new RegExp(guid, 'gi')

/** `names`: by ids in lower case. An id stays where its name is neither beside it nor known. */
export function reasonOf(message: string, names: ReadonlyMap<string, string> = new Map()): string {
  return message.replace(besideName, '').replace(alone, (id) => names.get(id.toLowerCase()) ?? id)
}
