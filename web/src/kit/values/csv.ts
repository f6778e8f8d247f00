/** Rows as CSV, for all pages: RFC 4180, with semicolons quoted too, as Excel separates by them in many countries, with a mark of UTF-8 in front for Excel, and without formulas. */
const needsQuotes = /[",;\r\n]/

function cell(value: string): string {
  // Excel takes what begins so as a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return needsQuotes.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function csvOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return `\uFEFF${[head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Gives the browser a file to keep. */
export function download(name: string, content: BlobPart, type = 'text/csv;charset=utf-8'): void {
  const address = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
