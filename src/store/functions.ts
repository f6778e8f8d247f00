/** OData's functions in SQL: OData URL conventions 4.01 §5.1.1.5–5.1.1.8. Null in, null out. */
import { sql } from 'kysely'
import { AppError } from '#base/errors.ts'
import { known, type Operand } from './operand.ts'
import { literal, type Sql } from './sql.ts'
import { functions as extra } from './sqlite.ts'

interface FunctionFacts {
  readonly arguments: readonly [least: number, most: number]
  readonly is: 'condition' | 'value'
  readonly make: (args: readonly Operand[]) => Operand
}

const anyFolded = (args: readonly Operand[]): boolean => args.some(({ fold }) => fold)

/** A test over texts: case does not matter when it does not matter for one of them. */
const test = (make: (args: readonly Sql[], operands: readonly Operand[], folded: boolean) => Sql): FunctionFacts => ({
  arguments: [2, 2],
  is: 'condition',
  make: (args) => {
    const folded = anyFolded(args)
    return known(
      make(
        args.map((arg) => arg.sql(folded)),
        args,
        folded,
      ),
    )
  },
})

/** A text made of texts. */
const text = (least: number, most: number, make: (args: readonly Sql[], folded: boolean) => Sql): FunctionFacts => ({
  arguments: [least, most],
  is: 'value',
  make: (args) => ({
    sql: (folded) =>
      make(
        args.map((arg) => arg.sql(folded)),
        folded,
      ),
    fold: anyFolded(args),
    nullable: true,
  }),
})

/** A number made of values. */
const number = (count: number, make: (args: readonly Sql[]) => Sql): FunctionFacts => ({
  arguments: [count, count],
  is: 'value',
  make: (args) => {
    const folded = anyFolded(args)
    return known(make(args.map((arg) => arg.sql(folded))))
  },
})

/** Digits of an instant, which rows hold as ISO text: from the given character on. */
const digits = (from: number, count: number): FunctionFacts =>
  number(1, ([value]) => sql`cast(substr(${value}, ${literal(from)}, ${literal(count)}) as integer)`)

const named = (name: string, value: Sql | undefined): Sql => sql`${sql.raw(name)}(${value})`

const startsWith = test(([whole, start], [, pattern], folded) => {
  const end = pattern?.end?.(folded)
  return end === undefined
    ? sql`substr(${whole}, 1, length(${start})) = ${start}`
    : sql`(${whole} >= ${start} and ${whole} < ${end})`
})

const table: Readonly<Record<string, FunctionFacts>> = {
  contains: test(([whole, part]) => sql`instr(${whole}, ${part}) > 0`),
  startswith: startsWith,
  endswith: test(
    ([whole, end]) =>
      sql`(length(${whole}) >= length(${end}) and substr(${whole}, length(${whole}) - length(${end}) + 1) = ${end})`,
  ),
  tolower: text(1, 1, ([value], folded) => (folded ? sql`${value}` : named(extra.lower, value))),
  toupper: text(1, 1, ([value], folded) => (folded ? sql`${value}` : named(extra.upper, value))),
  trim: text(1, 1, ([value]) => sql`trim(${value})`),
  concat: text(2, 2, ([left, right]) => sql`(${left} || ${right})`),
  substring: {
    arguments: [2, 3],
    is: 'value',
    make: ([whole, from, count]) => ({
      sql: (folded) =>
        count === undefined
          ? sql`substr(${whole?.sql(folded)}, 1 + ${from?.sql(false)})`
          : sql`substr(${whole?.sql(folded)}, 1 + ${from?.sql(false)}, ${count.sql(false)})`,
      fold: whole?.fold === true,
      nullable: true,
    }),
  },
  length: number(1, ([value]) => sql`length(${value})`),
  indexof: number(2, ([whole, part]) => sql`(instr(${whole}, ${part}) - 1)`),
  year: digits(1, 4),
  month: digits(6, 2),
  day: digits(9, 2),
  hour: digits(12, 2),
  minute: digits(15, 2),
  second: digits(18, 2),
  fractionalseconds: number(1, ([value]) => sql`cast('0' || substr(${value}, 20, 4) as real)`),
  date: text(1, 1, ([value]) => sql`substr(${value}, 1, 10)`),
  round: number(1, ([value]) => sql`round(${value})`),
  floor: number(1, ([value]) => sql`floor(${value})`),
  ceiling: number(1, ([value]) => sql`ceil(${value})`),
}

/** Throws `invalid` for a function that is not served or has the wrong number of arguments. */
export const functionNamed = (name: string, count: number): FunctionFacts => {
  const facts = Object.hasOwn(table, name) ? table[name] : undefined
  if (facts === undefined) throw new AppError('invalid', `The function '${name}' is not supported.`)
  const [least, most] = facts.arguments
  if (count < least || count > most)
    throw new AppError(
      'invalid',
      `The function '${name}' does not take ${count} ${count === 1 ? 'argument' : 'arguments'}.`,
    )
  return facts
}
