/** OData's functions in SQL: OData URL conventions 4.01 §5.1.1.5–5.1.1.8. Null in, null out. */
import { sql } from 'kysely'
import { AppError } from '#base/errors.ts'
import { known, type Operand, ranked } from './operand.ts'
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

/** Null where the divisor is zero. */
const real = (value: Sql | undefined): Sql => sql`cast(${value} as real)`
const whole = (value: Sql | undefined): Sql => sql`cast(${value} as integer)`
const pair = (make: (a: Sql | undefined, b: Sql | undefined) => Sql): FunctionFacts => number(2, ([a, b]) => make(a, b))

/** Seconds as SQLite moves instants by them: to the millisecond. */
const seconds = (value: Sql | undefined): Sql => sql`(round(${value}, 3) || ' seconds')`
const millis = (value: Sql | undefined): Sql => sql`round((julianday(${value}) - 2440587.5) * 86400000.0)`

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
          ? sql`substr(${whole?.sql(folded)}, 1 + max(0, ${from?.sql(false)}))`
          : sql`substr(${whole?.sql(folded)}, 1 + max(0, ${from?.sql(false)}), max(0, ${count.sql(false)}))`,
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
  time: text(1, 1, ([value]) => sql`substr(${value}, 12, 12)`),
  totaloffsetminutes: number(1, ([value]) => sql`case when ${value} is not null then 0 end`),
  totalseconds: number(1, ([value]) => sql`${value}`),
  add: pair((a, b) => sql`(${a} + ${b})`),
  sub: pair((a, b) => sql`(${a} - ${b})`),
  mul: pair((a, b) => sql`(${a} * ${b})`),
  divby: pair((a, b) => sql`(${real(a)} / ${b})`),
  mod: pair((a, b) => sql`(${a} - ${b} * trunc(${real(a)} / ${b}))`),
  wholediv: pair((a, b) => sql`(${whole(a)} / ${whole(b)})`),
  wholemod: pair((a, b) => sql`(${whole(a)} % ${whole(b)})`),
  minus: number(1, ([value]) => sql`(-${value})`),
  real: number(1, ([value]) => real(value)),
  whole: number(1, ([value]) => whole(value)),
  text: number(1, ([value]) => sql`cast(${value} as text)`),
  shift: pair((a, b) => sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${a}, ${seconds(b)})`),
  shiftdate: pair((a, b) => sql`date(${a}, ${seconds(b)})`),
  between: pair((a, b) => sql`((${millis(a)} - ${millis(b)}) / 1000.0)`),
  has: {
    arguments: [2, 2],
    is: 'condition',
    make: ([value, flags]) => {
      const rank = value?.choice === undefined ? value?.sql(false) : ranked(value.sql(false), value.choice)
      return known(sql`((${rank} & ${flags?.sql(false)}) = ${flags?.sql(false)})`)
    },
  },
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
