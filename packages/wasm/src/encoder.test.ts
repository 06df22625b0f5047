import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Code } from './code.ts'
import { encodeModule, signed, unsigned } from './encoder.ts'

/** Decodes LEB128 as the specification states it. */
const decode = (bytes: readonly number[]): bigint =>
  bytes.reduce((value, byte, i) => value | (BigInt(byte & 0x7f) << BigInt(7 * i)), 0n)

test('unsigned LEB128 decodes to the number', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (value) => {
      expect(decode(unsigned(value))).toBe(BigInt(value))
    }),
  )
})

test('signed LEB128 decodes to the number', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const bytes = signed(value)
      expect(BigInt.asIntN(7 * bytes.length, decode(bytes))).toBe(BigInt(value))
    }),
  )
})

test('a module with a counted loop runs', () => {
  // run(address, count): adds 3 to the word at address, count times
  const code = new Code({ parameters: ['i32', 'i32'], results: [] })
  const counter = code.local('i32')
  const sum = code.local('i32')
  const vector = code.local('v128')
  code.count(
    counter,
    () => code.get(1),
    () => code.advance(sum, 3),
  )
  code.get(sum).spread().set(vector)
  code.get(0).get(vector).storeLane('v128.store32_lane', 4)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const module = new WebAssembly.Module(encodeModule({ imports: [], functions: [code.finish()], run: 0 }))
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  const run = exports.run as (address: number, count: number) => void
  for (const count of [0, 1, 7, 300]) {
    run(64, count)
    expect(new Int32Array(memory.buffer)[17]).toBe(3 * count)
  }
})

test('a module imports the functions that it calls, and calls them by whatever index they get', () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true })
  const names = Array.from({ length: 200 }, (_, i) => `f${i}`)
  const type = { parameters: [], results: [] } as const
  const imports = names.map((name) => ({ name, type }))
  fc.assert(
    fc.property(fc.array(fc.nat({ max: names.length - 1 }), { maxLength: 10 }), (wanted) => {
      // Each call in a function of its own, which run calls in order.
      const functions = wanted.map((index) => new Code(type).call(index).finish())
      const run = new Code(type)
      for (const place of functions.keys()) run.call(imports.length + place)
      const bytes = encodeModule({ imports, functions: [...functions, run.finish()], run: functions.length })
      const module = new WebAssembly.Module(bytes)
      const imported = WebAssembly.Module.imports(module).flatMap(({ kind, name }) =>
        kind === 'function' ? [name] : [],
      )
      expect(imported).toEqual(names.filter((_, index) => wanted.includes(index)))
      const called: number[] = []
      const kernels = Object.fromEntries(names.map((name, index) => [name, () => called.push(index)]))
      const { exports } = new WebAssembly.Instance(module, { env: { memory }, kernels })
      ;(exports.run as () => void)()
      expect(called).toEqual(wanted)
    }),
  )
})
