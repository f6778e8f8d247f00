/** OData's functions in SQL: OData URL conventions 4.01 §5.1.1.5–5.1.1.8. The result is null if an argument is. */
import { sql } from 'kysely'
import { AppError, invariant } from '#base/errors.ts'
import type { SqlDialect } from './dialect.ts'
import { known, type SqlOperand } from './operand.ts'
import { literal, type Sql } from './sql.ts'

interface FunctionFacts {
  readonly arguments: readonly [least: number, most: number]
  readonly is: 'condition' | 'value'
  readonly make: (args: readonly SqlOperand[], dialect: SqlDialect) => SqlOperand
}

function anyFolded(args: readonly SqlOperand[]): boolean {
  return args.some(({ fold }) => fold)
}

/** A test of two texts, which ignores case if one of them does. */
function test(make: (whole: Sql, part: Sql, dialect: SqlDialect, end: (() => Sql) | undefined) => Sql): FunctionFacts {
  return {
    arguments: [2, 2],
    is: 'condition',
    make: ([whole, part], dialect) => {
      invariant(whole !== undefined && part !== undefined, 'a test has two arguments')
      const folded = anyFolded([whole, part])
      const { end } = part
      return known(make(whole.sql(folded), part.sql(folded), dialect, end && (() => end(folded))))
    },
  }
}

/** A function from texts to a text. */
function text(
  least: number,
  most: number,
  make: (args: readonly Sql[], dialect: SqlDialect, folded: boolean) => Sql,
): FunctionFacts {
  return {
    arguments: [least, most],
    is: 'value',
    make: (args, dialect) => ({
      sql: (folded) =>
        make(
          args.map((arg) => arg.sql(folded)),
          dialect,
          folded,
        ),
      fold: anyFolded(args),
      nullable: true,
    }),
  }
}

/** A function of one value. */
function ofOne(make: (value: Sql, dialect: SqlDialect) => Sql): FunctionFacts {
  return {
    arguments: [1, 1],
    is: 'value',
    make: ([value], dialect) => {
      invariant(value !== undefined, 'the function has an argument')
      return known(make(value.sql(value.fold), dialect))
    },
  }
}

function ofTwo(make: (a: Sql, b: Sql, dialect: SqlDialect) => Sql): FunctionFacts {
  return {
    arguments: [2, 2],
    is: 'value',
    make: ([a, b], dialect) => {
      invariant(a !== undefined && b !== undefined, 'the function has two arguments')
      const folded = anyFolded([a, b])
      return known(make(a.sql(folded), b.sql(folded), dialect))
    },
  }
}

/** Digits of an instant, stored as ISO text, from the given character on. Zero for the time of a date. */
function digits(from: number, count: number): FunctionFacts {
  return ofOne((value) => sql`cast('0' || substr(${value}, ${literal(from)}, ${literal(count)}) as integer)`)
}

function real(value: Sql): Sql {
  return sql`cast(${value} as double precision)`
}

/** Null if the divisor is zero. */
function divisor(value: Sql): Sql {
  return sql`nullif(${value}, 0)`
}

const table: Readonly<Record<string, FunctionFacts>> = {
  contains: test((whole, part, { position }) => sql`${position(whole, part)} > 0`),
  startswith: test((whole, start, _, end) =>
    end === undefined
      ? sql`substr(${whole}, 1, length(${start})) = ${start}`
      : sql`(${whole} >= ${start} and ${whole} < ${end()})`,
  ),
  endswith: test(
    (whole, end) =>
      sql`(length(${whole}) >= length(${end}) and substr(${whole}, length(${whole}) - length(${end}) + 1) = ${end})`,
  ),
  tolower: text(1, 1, ([value = sql``], { lower }, folded) => (folded ? value : lower(value))),
  toupper: text(1, 1, ([value = sql``], { upper }, folded) => (folded ? value : upper(value))),
  trim: text(1, 1, ([value]) => sql`trim(${value})`),
  concat: text(2, 2, ([left, right]) => sql`(${left} || ${right})`),
  substring: {
    arguments: [2, 3],
    is: 'value',
    make: ([whole, from, count], { substring }) => {
      invariant(whole !== undefined && from !== undefined, 'a part has a beginning')
      return {
        sql: (folded) => substring(whole.sql(folded), from.sql(false), count?.sql(false)),
        fold: whole.fold,
        nullable: true,
      }
    },
  },
  length: ofOne((value) => sql`length(${value})`),
  indexof: ofTwo((whole, part, { position }) => sql`(${position(whole, part)} - 1)`),
  year: digits(1, 4),
  month: digits(6, 2),
  day: digits(9, 2),
  hour: digits(12, 2),
  minute: digits(15, 2),
  second: digits(18, 2),
  fractionalseconds: ofOne((value) => real(sql`'0' || substr(${value}, 20, 4)`)),
  date: text(1, 1, ([value]) => sql`substr(${value}, 1, 10)`),
  time: text(1, 1, ([value]) => sql`substr(${value}, 12, 12)`),
  totaloffsetminutes: ofOne((value) => sql`case when ${value} is not null then 0 end`),
  totalseconds: ofOne((value) => value),
  add: ofTwo((a, b) => sql`(${a} + ${b})`),
  sub: ofTwo((a, b) => sql`(${a} - ${b})`),
  mul: ofTwo((a, b) => sql`(${a} * ${b})`),
  divby: ofTwo((a, b) => sql`(${real(a)} / ${divisor(b)})`),
  mod: ofTwo((a, b) => sql`(${a} - ${b} * trunc(${real(a)} / ${divisor(b)}))`),
  wholediv: ofTwo((a, b, { whole }) => sql`(${whole(a)} / ${divisor(whole(b))})`),
  wholemod: ofTwo((a, b, { whole }) => sql`(${whole(a)} % ${divisor(whole(b))})`),
  minus: ofOne((value) => sql`(-${value})`),
  real: ofOne(real),
  whole: ofOne((value, { whole }) => whole(value)),
  text: ofOne((value) => sql`cast(${value} as text)`),
  shift: ofTwo((a, b, { shift }) => shift(a, b)),
  shiftdate: ofTwo((a, b, { shiftDate }) => shiftDate(a, b)),
  between: ofTwo((a, b, { between }) => between(a, b)),
  round: ofOne((value, { round }) => round(value)),
  floor: ofOne((value) => sql`floor(${value})`),
  ceiling: ofOne((value) => sql`ceil(${value})`),
}

/** Throws `invalid` for a function that is not served or has the wrong number of arguments. */
export function functionNamed(name: string, count: number): FunctionFacts {
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
