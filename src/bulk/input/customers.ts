/** `customers.csv`: which customer has which templates (events.md §7.2). The same members come as JSON to the server. */
import { guidIn } from '#base/ids.ts'
import { columnAt, csvTable, NoCsv } from '../csv/table.ts'
import { type CustomerLine, lengthOf, millisOfDay } from '../wanted.ts'
import { type InputFault, type ParsedFile, readingOf } from './reading.ts'
import { durationFault, extensionFault } from './settings.ts'

export const customerColumns = [
  'CustomerTenantId',
  'CustomerName',
  'Template',
  'DurationDays',
  'AutoExtendDays',
  'State',
] as const

/** Members of a line, as text; empty: not given. */
type Cells = Readonly<Record<(typeof customerColumns)[number], string>>

type Fault = (column: string, text: string) => void

function daysIn(text: string, column: string, isRight: typeof durationFault, fault: Fault): string | null {
  if (text === '') return null
  const days = /^\d{1,4}$/.test(text) ? `P${text}D` : /^P\d{1,4}D$/.test(text) ? text : undefined
  const wrong = days === undefined ? `'${text}' is no number of days.` : isRight(days)
  if (wrong !== undefined) fault(column, wrong)
  return lengthOf(days ?? '') === 0 ? 'PT0S' : `P${lengthOf(days ?? '') / millisOfDay}D`
}

function lineOfCells(cells: Cells, line: number, fault: Fault): CustomerLine | undefined {
  const id = guidIn(cells.CustomerTenantId)
  const state = cells.State.toLowerCase()
  if (id === undefined) fault('CustomerTenantId', `'${cells.CustomerTenantId}' is no tenant id.`)
  if (cells.Template === '') fault('Template', 'The line names no template.')
  if (state !== '' && state !== 'present' && state !== 'absent')
    fault('State', `'${cells.State}' is neither present nor absent.`)
  const duration = daysIn(cells.DurationDays, 'DurationDays', durationFault, fault)
  const autoExtend = daysIn(cells.AutoExtendDays, 'AutoExtendDays', extensionFault, fault)
  if (id === undefined || cells.Template === '') return undefined
  return {
    line,
    customerId: id,
    customerName: cells.CustomerName,
    template: cells.Template,
    duration,
    autoExtend,
    isAbsent: state === 'absent',
  }
}

export function customersInCsv(file: string, text: string, faults: InputFault[]): CustomerLine[] {
  const fault = (line: number) => (path: string, said: string) => void faults.push({ file, line, path, text: said })
  try {
    const { header, lines } = csvTable(text)
    const places = customerColumns.map((name) => [name, columnAt(header, name)] as const)
    for (const [name, at] of places)
      if (at === undefined && (name === 'CustomerTenantId' || name === 'Template'))
        fault(1)(name, `There is no column ${name}.`)
    for (const [name] of places)
      if (header.filter((one) => one.toLowerCase() === name.toLowerCase()).length > 1)
        fault(1)(name, `The column ${name} is there more than once.`)
    return lines.flatMap(({ line, cells }) => {
      const given = Object.fromEntries(
        places.map(([name, at]) => [name, at === undefined ? '' : (cells[at] ?? '').trim()]),
      ) as Cells
      return lineOfCells(given, line, fault(line)) ?? []
    })
  } catch (error) {
    if (!(error instanceof NoCsv)) throw error
    fault(error.line)('', error.message)
    return []
  }
}

const memberNames = customerColumns.map((name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`)

/** A list of objects with the names of the columns in camel case. */
export function customersInJson(file: ParsedFile, faults: InputFault[]): CustomerLine[] {
  const reading = readingOf(file, faults)
  return reading.list(file.value, []).flatMap((entry, at) => {
    const members = reading.members(entry, [at], memberNames)
    if (members === undefined) return []
    const cells = Object.fromEntries(
      customerColumns.map((name, place) => {
        const value = members[memberNames[place] ?? '']
        if (value !== undefined && value !== null && typeof value !== 'string' && typeof value !== 'number')
          reading.fault([at, memberNames[place] ?? ''], 'It is neither a text nor a number.')
        return [name, value === undefined || value === null ? '' : String(value).trim()]
      }),
    ) as Cells
    const fault: Fault = (column, text) =>
      void reading.fault([at, `${column.charAt(0).toLowerCase()}${column.slice(1)}`], text)
    return lineOfCells(cells, at + 1, fault) ?? []
  })
}
