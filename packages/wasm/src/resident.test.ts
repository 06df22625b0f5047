import type { Donation } from '@vae/autograd'
import type { AnyTensor } from '@vae/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasmEngine } from './engine.ts'
import { ResidentTensor } from './resident.ts'
import { host, tapeBuilder } from './testing/tape.ts'

const spec = { shape: [3], dtype: 'f32' } as const
const gone = /was donated to a later step and no longer exists: keep the state that the last call returned/

/** (state, x) → (state + x, state · x), the first in the place of the state. */
const counter = async () => {
  const engine = await wasmEngine()
  const builder = tapeBuilder()
  const [state, x] = [builder.input(spec), builder.input(spec)]
  const tape = builder.tape(builder.apply('add', {}, state, x), builder.apply('mul', {}, state, x))
  const load = () => engine.load(tape, { donations: [{ input: 0, output: 0 }] })
  return { engine, load, program: load() }
}
const ones = host([3], [1, 1, 1])
const list = (tensor: AnyTensor | undefined) => [...tensor!.data]

describe('donated state', () => {
  test('stays in the engine and counts on', async () => {
    const { program } = await counter()
    let state: AnyTensor = host([3], [0, 10, 20])
    for (let i = 0; i < 5; i++) state = program.run([state, ones])[0]!
    expect(state).toBeInstanceOf(ResidentTensor)
    expect(list(state)).toEqual([5, 15, 25])
  })

  test('ends when it is passed on: reading or passing it says so', async () => {
    const { program } = await counter()
    const [first] = program.run([ones, ones])
    program.run([first!, ones])
    expect(() => first!.data).toThrow(gone)
    expect(() => program.run([first!, ones])).toThrow(gone)
    expect(() => program.run([ones, first!])).toThrow(gone)
  })

  test('survives when the next call brings another state', async () => {
    const { program } = await counter()
    const [first] = program.run([ones, ones])
    const [second] = program.run([host([3], [7, 7, 7]), ones])
    expect([list(first), list(second)]).toEqual([
      [2, 2, 2],
      [8, 8, 8],
    ])
  })

  test('goes to another program inside the memory, and may be read there without ending', async () => {
    const { program, load } = await counter()
    const other = load()
    const [first] = program.run([ones, ones])
    expect(list(other.run([ones, first!])[1])).toEqual([2, 2, 2])
    expect(list(first)).toEqual([2, 2, 2])
    expect(list(other.run([first!, ones])[0])).toEqual([3, 3, 3])
    expect(() => first!.data).toThrow(gone)
  })

  test('may be an operand twice', async () => {
    const { program } = await counter()
    const [first] = program.run([ones, ones])
    expect(program.run([first!, first!]).map(list)).toEqual([
      [4, 4, 4],
      [4, 4, 4],
    ])
  })

  test('a refused call leaves it as it was', async () => {
    const { program } = await counter()
    const [first] = program.run([ones, ones])
    expect(() => program.run([first!, host([2], [1, 1])])).toThrow(
      'run: input "x1" must be f32 [3], got f32 [2]',
    )
    expect(() => program.run([first!])).toThrow('run: the program has 2 inputs, got 1')
    expect(list(first)).toEqual([2, 2, 2])
  })

  test('outlives a closed program on the heap', async () => {
    const { program } = await counter()
    const [first] = program.run([ones, ones])
    program.close()
    expect(list(first)).toEqual([2, 2, 2])
    expect(() => program.run([first!, ones])).toThrow(/was closed/)
  })
})

describe('donations of every kind keep the meaning of the program', () => {
  test('inputs that come back unchanged, swapped, doubled, or as another output', async () => {
    const engine = await wasmEngine()
    const builder = tapeBuilder()
    const inputs = [builder.input(spec), builder.input(spec), builder.input(spec)]
    const sum = builder.apply('add', {}, inputs[0]!, inputs[1]!)
    const candidates = [...inputs, sum, builder.apply('neg', {}, inputs[2]!), builder.apply('abs', {}, sum)]
    const pick = fc.constantFrom(...candidates)
    const values = [
      [1, 2, 3],
      [-4, 5, -6],
      [7, -8, 9],
    ]
    fc.assert(
      fc.property(
        fc.array(pick, { minLength: 1, maxLength: 4 }),
        fc.shuffledSubarray([0, 1, 2]),
        (outputs, donated) => {
          const donations: Donation[] = donated
            .filter((_, output) => output < outputs.length)
            .map((input, output) => ({ input, output }))
          const tape = builder.tape(...outputs)
          const tensors = values.map((v) => host([3], v))
          const plain = engine.load(tape, { donations: [] })
          const program = engine.load(tape, { donations })
          const expected = plain.run(tensors).map(list)
          expect(program.run(tensors).map(list)).toEqual(expected)
          plain.close()
          program.close()
        },
      ),
    )
  })

  test('residents may change places from call to call', async () => {
    const engine = await wasmEngine()
    const builder = tapeBuilder()
    const [a, b] = [builder.input(spec), builder.input(spec)]
    const tape = builder.tape(builder.apply('neg', {}, a), builder.apply('abs', {}, b))
    const program = engine.load(tape, {
      donations: [
        { input: 0, output: 0 },
        { input: 1, output: 1 },
      ],
    })
    const [x, y] = program.run([host([3], [1, 2, 3]), host([3], [4, 5, 6])])
    expect(program.run([y!, x!]).map(list)).toEqual([
      [-4, -5, -6],
      [1, 2, 3],
    ])
  })

  test('what does not fit is refused', async () => {
    const { engine } = await counter()
    const builder = tapeBuilder()
    const x = builder.input(spec)
    const total = builder.tape(builder.apply('sum', { axes: [0] }, x))
    expect(() => engine.load(total, { donations: [{ input: 0, output: 0 }] })).toThrow(
      'donation: input "x0" is f32 [3], output 0 is f32 []: ' +
        'only an output of the same shape and dtype can take over its storage',
    )
  })
})
