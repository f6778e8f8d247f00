/** Fields as our CSV files have them: all quoted, lines ended by CRLF. */

function quoted(field: string): string {
  return `"${field.includes('"') ? field.replaceAll('"', '""') : field}"`
}

export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('')
}

const actedOn: ReadonlySet<string> = new Set(['=', '+', '-', '@', "'"])

/** With a `'` before what a spreadsheet would take for a formula, and before a `'` of its own. */
export function excelSafe(field: string): string {
  return actedOn.has(field.charAt(0)) ? `'${field}` : field
}

/** A GUID as SharePoint's tools write it. */
export function bracedId(id: string): string {
  return `{${id.toUpperCase()}}`
}
