import { simplify } from '@vae/autograd'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Code } from './code.ts'
import { encodeModule } from './encoder.ts'
import { createEngine, wasmEngine } from './engine.ts'
import { compileKernels, instantiateKernels, threadKernels } from './kernels.ts'
import { createArena } from './memory.ts'
import { type Spawned, threading } from './spawn.ts'
import { createTeam, type Team } from './team.ts'
import { host, tapeBuilder } from './testing/tape.ts'

const { spawn } = threading()!
const teams: Team[] = []
afterEach(() => {
  for (const team of teams.splice(0)) team.close()
})

type Run = (scratch: number, persistent: number, thread: number) => void

/** A team of three threads, its workers, and what gives it a program `run(scratch, persistent, thread)` of this code. */
const three = async () => {
  const arena = createArena(2 ** 24)
  const { memory } = arena
  const module = await compileKernels('simd128')
  const kernels = await instantiateKernels(memory, module)
  const workers: Spawned[] = []
  const team = createTeam({
    memory,
    module,
    kernels,
    threads: 3,
    spawn: (data, ended) => {
      const worker = spawn(data, ended)
      workers.push(worker)
      return worker
    },
  })
  teams.push(team)
  const load = (write: (code: Code) => void) => {
    const code = new Code({ parameters: ['i32', 'i32', 'i32'], results: [] })
    write(code)
    const imports = [{ name: 'barrier', type: threadKernels.barrier }]
    const bytes = encodeModule({ imports, functions: [code.finish()], run: 0 })
    const address = arena.allocate(bytes.length)
    arena.bytes().set(bytes, address)
    const program = team.load(address, bytes.length)
    const compiled = new WebAssembly.Module(bytes)
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory }, kernels })
    const share = () => (exports.run as Run)(0, 0, 0)
    return (patience = 20) => team.run({ program, scratch: 0, persistent: 0, patience }, share)
  }
  return { team, workers, load, arena }
}

const meet = (code: Code) => code.constant(3).call(0)
/** Traps on one thread. */
const trapOn = (thread: number) => (code: Code) =>
  code
    .get(2)
    .constant(thread)
    .plain('i32.sub')
    .plain('i32.eqz')
    .when(() => code.raw([0x00]))

describe('a team', () => {
  test('sees behind a barrier what each thread wrote before it, whatever grew in between', async () => {
    const { load, arena } = await three()
    const words = arena.allocate(64)
    const sums = arena.allocate(2 ** 20)
    // words[thread] += thread + 1, then everybody adds them up in its own place
    const at = (code: Code, thread: () => void) => {
      thread()
      code.constant(4).plain('i32.mul').constant(words).plain('i32.add')
    }
    const run = load((code) => {
      const [mine, vector] = [code.local('i32'), code.local('v128')]
      at(code, () => code.get(2))
      code.set(mine).get(mine).get(mine).memory('v128.load32_zero', 0)
      code.get(2).constant(1).plain('i32.add').spread().vector('i32x4.add').set(vector)
      code.get(vector).storeLane('v128.store32_lane', 0)
      meet(code)
      code.constant(sums).get(2).constant(4).plain('i32.mul').plain('i32.add')
      for (const thread of [0, 1, 2]) {
        at(code, () => code.constant(thread))
        code.memory('v128.load32_zero', 0)
      }
      code.vector('i32x4.add').vector('i32x4.add').set(vector)
      code.get(vector).storeLane('v128.store32_lane', 0)
      meet(code)
    })
    for (let i = 1; i <= 2000; i++) {
      run()
      expect([...arena.words().subarray(sums >>> 2, (sums >>> 2) + 3)]).toEqual([6 * i, 6 * i, 6 * i])
    }
  })

  test.each([0, 1, 2])(
    'ends the run with the reason when thread %i traps, and refuses the next',
    async (thread) => {
      const { load, team } = await three()
      const fine = load(meet)
      const broken = load((code) => {
        trapOn(thread)(code)
        meet(code)
      })
      fine()
      const reason =
        'run: a thread failed: RuntimeError: unreachable; what the engine holds is lost: make a new one'
      expect(broken).toThrow(reason)
      expect(fine).toThrow(reason)
      expect(team.check).toThrow(reason)
    },
  )

  test('ends the run when threads trap at once, or behind a barrier', async () => {
    for (const write of [
      (code: Code) => code.raw([0x00]),
      (code: Code) => {
        meet(code)
        trapOn(1)(code)
        meet(code)
      },
    ]) {
      const { load } = await three()
      expect(load(write)).toThrow('RuntimeError: unreachable')
    }
  })

  test('ends the run when a thread that is needed was ended', async () => {
    const { load, workers } = await three()
    const run = load(meet)
    run()
    workers[1]!.terminate()
    // nothing can tell, while this thread runs, that the other one does not
    expect(() => {
      for (;;) run(1)
    }).toThrow('run: a thread is waited for in vain; it must have ended')
    expect(run).toThrow('it must have ended')
  })

  test('knows that a thread has ended once this one comes to its event loop', async () => {
    const { load, team, workers } = await three()
    const run = load(meet)
    team.settle()
    workers[0]!.terminate()
    await vi.waitFor(() => expect(team.check).toThrow())
    expect(run).toThrow(/^run: a thread failed: it ended with exit code 1; /)
  })

  test('says what a thread could not compile', async () => {
    const { team, arena } = await three()
    const address = arena.allocate(64)
    team.load(address, 64)
    expect(team.settle).toThrow(/^run: a thread failed: CompileError: .*expected magic word/)
  })
})

const program = () => {
  const builder = tapeBuilder()
  const x = builder.input({ shape: [64, 64], dtype: 'f32' })
  const y = builder.apply('matmul', { transposeLeft: false, transposeRight: false }, x, x)
  return simplify(builder.tape(builder.apply('tanh', {}, builder.apply('exp', {}, y))))
}
const input = host([64, 64], new Float32Array(64 * 64).fill(0.01))

test('a thousand programs that are compiled, run and closed leave no trace', async () => {
  const engine = await createEngine({ threads: 3 }, { step: 0, run: 0 })
  const cycle = (times: number) => {
    for (let i = 0; i < times; i++) {
      const executable = engine.load(program(), { donations: [] })
      executable.run([input])
      executable.close()
    }
  }
  cycle(500)
  const before = process.memoryUsage().rss
  cycle(1000)
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20)
  engine.close()
})

describe('an engine', () => {
  test('refuses numbers of threads that are none', async () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 257])
      await expect(wasmEngine({ threads })).rejects.toThrow(
        `wasmEngine: threads must be a whole number from 1 to 256, got ${threads}`,
      )
  })

  test('that was closed runs nothing any more', async () => {
    const engine = await createEngine({ threads: 2 }, { step: 0, run: 0 })
    const executable = engine.load(program(), { donations: [] })
    executable.run([input])
    engine.close()
    engine.close()
    expect(() => executable.run([input])).toThrow('run: the engine was closed')
    expect(() => engine.load(program(), { donations: [] })).toThrow('run: the engine was closed')
    executable.close()
  })

  test('leaves small programs to one thread', async () => {
    const engine = await wasmEngine({ threads: 2 })
    const before = process.getActiveResourcesInfo().length
    engine.load(program(), { donations: [] }).run([input])
    expect(process.getActiveResourcesInfo().length).toBe(before)
  })
})
