/** `npm run graph [-- FLOOR]`: what imports what, floor by floor and room by room, with circles and arrows upwards. */
import { circlesOf, edgesOf, groupedBy, layersOf } from './house/graph.js'
import { floors } from './house/plan.js'
import { readHouse } from './house/source.js'

const order = Object.keys(floors)
const [only] = process.argv.slice(2)
const files = readHouse('.')
const edges = edgesOf(files)
const floorOf = (path) => path.split('/')[0]
const roomOf = (path) => path.split('/').slice(0, -1).join('/')
const count = (some) => [...some.values()].reduce((sum, row) => sum + [...row.values()].reduce((a, b) => a + b, 0), 0)

const printGroups = (groups) => {
  for (const [from, row] of [...groups].sort())
    console.log(
      `  ${from.padEnd(36)} → ${[...row]
        .sort()
        .map(([to, number]) => `${to} ${number}`)
        .join(', ')}`,
    )
}

const inside = (floor) =>
  new Map(
    [...edges]
      .filter(([path]) => floorOf(path) === floor)
      .map(([path, to]) => [path, to.filter((one) => floorOf(one) === floor)]),
  )

console.log(`${files.length} files, ${[...edges.values()].flat().length} imports between them\n\nFloors`)
const between = groupedBy(edges, floorOf)
printGroups(between)
const upwards = [...between].flatMap(([from, row]) =>
  [...row.keys()].filter((to) => order.indexOf(to) > order.indexOf(from)).map((to) => `${from} → ${to}`),
)
console.log(`\nArrows upwards: ${upwards.length === 0 ? 'none' : upwards.join(', ')}`)
const circles = circlesOf(edges)
console.log(`Circles of files: ${circles.length === 0 ? 'none' : ''}`)
for (const circle of circles) console.log(`  ${circle.join(' ↔ ')}`)

for (const floor of order.filter((name) => only === undefined || name === only)) {
  const own = inside(floor)
  const rooms = groupedBy(own, roomOf)
  const layers = Math.max(0, ...layersOf(own).values()) + (own.size > 0 ? 1 : 0)
  console.log(
    `\n${floor}/: ${own.size} files on ${layers} layers, ${[...own.values()].flat().length} arrows, ${count(rooms)} of them between rooms`,
  )
  printGroups(rooms)
}
