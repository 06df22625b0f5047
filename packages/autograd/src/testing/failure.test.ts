import {
  type AnyTensor,
  add,
  bind,
  matmul,
  mul,
  neg,
  ones,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { evaluate } from '../interpret.ts'
import { referenceEngine } from '../reference-engine.ts'
import { batchingRules } from '../rules/batching.ts'
import { vjpRules } from '../rules/vjp.ts'
import { checkVjpJvp } from './duality.ts'
import { checkCompiled } from './engines.ts'
import { checkGradients } from './gradients.ts'
import { programs, programTape, showProgram } from './programs.ts'
import { checkVmap } from './vectorisation.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Makes the gradient of tanh 1 − y instead of 1 − y². */
const breakTanh = () =>
  vi.spyOn(vjpRules, 'tanh').mockImplementation(({ cotangent, result }) => [mul(cotangent, sub(1, result))])

const messageOf = (f: () => unknown): string => {
  try {
    f()
    return 'nothing is wrong'
  } catch (error) {
    return (error as Error).message
  }
}

const model = (p: { readonly weight: Tensor<[2, 2]> }, x: Tensor<[1, 2]>) =>
  sum(square(tanh(matmul(x, p.weight))), [0, 1])
const args: Parameters<typeof model> = [
  { weight: tensor([2, 2], [0.5, -0.25, 0.125, 1]) },
  tensor([1, 2], [1, 0.5]),
]

describe('a wrong rule', () => {
  it('is found in a model by central differences, and shown alone', () => {
    breakTanh()
    expect(messageOf(() => checkGradients(model, args))).toMatchInlineSnapshot(`
      "the gradient of element 0 of %2 is -0.3258999413213145, but central differences give -0.49205349984544433 ± 3.5823411779322333e-10

      import { checkGradients } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[1, 2]
        return [v1]
      }
      checkGradients(f, [
        tensor([1, 2], [0.5625, 0.25]), // %2
      ])
      "
    `)
  })

  it('is found by the dot-product test', () => {
    breakTanh()
    expect(messageOf(() => checkVjpJvp(model, args))).toMatchInlineSnapshot(`
      "the jvp rules give ⟨c, J v⟩ = 1.0668819230879822, the vjp rules ⟨Jᵀ c, v⟩ = 0.8135949820089743

      import { checkVjpJvp } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[1, 2]
        return [v1]
      }
      checkVjpJvp(f, [
        tensor([1, 2], [0.5625, 0.25]), // %2
      ])
      "
    `)
  })

  it('is found in random programs, which shrink to the smallest that shows it', () => {
    breakTanh()
    const property = fc.property(
      programs(),
      (program) => void checkGradients(programTape(program), program.inputs),
    )
    const { counterexample, errorInstance } = fc.check(property, { seed: 1, numRuns: 1000 })
    expect(showProgram(counterexample![0])).toMatchInlineSnapshot(`
      "const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[]
        const v2 = bind('exp', [v1], {}) // f32[]
        return [v2, v2]
      }
      f(...[
        tensor([], [0.009656781]), // x0
      ])"
    `)
    expect((errorInstance as Error).message).toMatchInlineSnapshot(`
      "the gradient of element 0 of x0 is -0.6584508994469805, but central differences give -0.6648092181561539 ± 6.601490079877787e-10

      import { checkGradients } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[]
        return [v1]
      }
      checkGradients(f, [
        tensor([], [0.009656781]), // x0
      ])
      "
    `)
  })

  it('of batching is found by a loop', () => {
    vi.spyOn(batchingRules, 'tanh').mockImplementation(({ operands: [x] }) => neg(x as Tensor<number[]>))
    const examples = [[tensor([2], [1, 2])], [tensor([2], [0.5, 0])]] satisfies [Tensor<[2]>][]
    expect(messageOf(() => checkVmap((x: Tensor<[2]>) => tanh(square(x)), examples))).toMatchInlineSnapshot(`
      "output 0 of 2 examples has -1 at element 0, a loop gives 0.7615941762924194
      batched:
      input  %0 %1: f32[2, 2]
      %1: f32[2, 2] = neg %0
      output %1

      import { checkVmap } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[2]
        return [v1]
      }
      checkVmap(f, [[
        tensor([2], [1, 4]), // %1
      ], [
        tensor([2], [0.25, 0]), // %1
      ]])
      "
    `)
  })

  it('of an engine is found by the reference evaluator', () => {
    const engine = {
      ...referenceEngine,
      load: (...[tape]: Parameters<typeof referenceEngine.load>) => ({
        ...referenceEngine.load(tape, { donations: [] }),
        run: (inputs: readonly AnyTensor[]) => {
          const negated = tape.applications.map((application) =>
            application.primitive === 'tanh' ? { ...application, primitive: 'neg' as const } : application,
          )
          return evaluate({ ...tape, applications: negated }, inputs) as AnyTensor[]
        },
      }),
    }
    expect(messageOf(() => checkCompiled(engine, model, args))).toMatchInlineSnapshot(`
      "reference: output 0 has -0.5625 at element 0, not 0.5098299980163574

      import { checkCompiled } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('tanh', [x0], {}) // f32[1, 2]
        return [v1]
      }
      checkCompiled(engine, f, [
        tensor([1, 2], [0.5625, 0.25]), // %2
      ])
      "
    `)
  })
})

describe('a report', () => {
  it('shows the whole program where every part is right', () => {
    const straightThrough = (x: Tensor<[1]>) => add(x, stopGradient(square(x)))
    expect(messageOf(() => checkGradients(straightThrough, [tensor([1], [3])]))).toMatchInlineSnapshot(`
      "the gradient of element 0 of 0 is -0.6648712158203125, but central differences give -4.654098510742067 ± 8.181202126462069e-10

      import { checkGradients } from '@vae/autograd/testing'
      import { type AnyTensor, bind, tensor } from '@vae/tensor'

      const f = (x0: AnyTensor) => {
        const v1 = bind('mul', [x0, x0], {}) // f32[1]
        const v2 = bind('stopGradient', [v1], {}) // f32[1]
        const v3 = bind('add', [x0, v2], {}) // f32[1]
        return [v3]
      }
      checkGradients(f, [
        tensor([1], [3]), // 0
      ])
      "
    `)
  })

  it('is a program that repeats the failure', () => {
    fc.assert(
      fc.property(programs(), (program) => {
        const code = showProgram(program).replaceAll(': AnyTensor', '').replace('f(...', 'return f(...')
        const outputs: unknown = new Function('bind', 'tensor', code)(bind, tensor)
        expect(outputs).toEqual(evaluate(programTape(program), program.inputs).map((block) => ({ ...block })))
      }),
    )
  })

  it('does not write out large tensors', () => {
    breakTanh()
    const message = messageOf(() => checkGradients((x: Tensor<[100, 100]>) => tanh(x), [ones([100, 100])]))
    expect(message).toContain('/* … 5904 more */')
  })
})
