import {
  type AnyTensor,
  add,
  cast,
  exp,
  full,
  matmul,
  mul,
  reshape,
  sin,
  slice,
  square,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { compileWith } from './compile.ts'
import { recordFunction } from './function.ts'
import { grad } from './grad.ts'
import { hessian, hvp } from './hessian.ts'
import { jacobian, jacobianForward, jacobianReverse } from './jacobian.ts'
import { referenceEngine } from './reference-engine.ts'
import { show } from './show.ts'
import { close } from './testing/close.ts'
import { programs, runProgram } from './testing/programs.ts'
import { probe } from './testing/wide.ts'
import { vmap } from './vmap.ts'

const modes = { jacobian, jacobianForward, jacobianReverse }
const weight = tensor(
  [5, 3],
  Array.from({ length: 15 }, (_, index) => index - 7),
)

describe.each(Object.entries(modes))('%s', (name, jacobian) => {
  it('of a linear map is its matrix', () => {
    const f = (x: Tensor<[3]>): Tensor<[5]> => reshape(matmul(weight, reshape(x, [3, 1])), [5])
    const result = jacobian(f)(tensor([3], [1, 2, 3]))
    expectTypeOf(result).toEqualTypeOf<Tensor<[5, 3]>>()
    expect(result.shape).toEqual([5, 3])
    expect([...result.data]).toEqual([...weight.data])
  })

  it('of a function of trees is a tree of trees', () => {
    const f = ({ a, b }: { a: Tensor<[2]>; b: Tensor<[]> }, scale: Tensor<[]>) => ({
      y: mul(mul(a, b), scale),
      z: [square(b)] as const,
      note: 'kept',
    })
    const result = jacobian(f)({ a: tensor([2], [1, 2]), b: tensor([], [3]) }, full([], 10))
    expectTypeOf(result).toEqualTypeOf<{
      y: { a: Tensor<[2, 2]>; b: Tensor<[2]> }
      z: readonly [{ a: Tensor<[2]>; b: Tensor<[]> }]
      note: string
    }>()
    expect([...result.y.a.data]).toEqual([30, 0, 0, 30])
    expect([...result.y.b.data]).toEqual([10, 20])
    expect(result.z[0].a.shape).toEqual([2])
    expect([...result.z[0].a.data, ...result.z[0].b.data]).toEqual([0, 0, 6])
    expect(result.note).toBe('kept')
  })

  it('of an elementwise function is diagonal, with the axes of the value first', () => {
    const x = tensor([2, 2], [0, 1, 2, 3])
    const result: Tensor<[2, 2, 2, 2]> = jacobian((y: Tensor<[2, 2]>) => sin(y))(x)
    const expected = Float32Array.from({ length: 16 }, (_, index) =>
      index % 5 === 0 ? Math.cos(index / 5) : 0,
    )
    expect(close(result, { ...result, data: expected }, 1e-6)).toBe(true)
  })

  it('of and at tensors without elements is empty', () => {
    expect(jacobian((x: Tensor<[0]>) => exp(x))(zeros([0])).shape).toEqual([0, 0])
    expect(jacobian((x: Tensor<[0]>) => sum(x, [0]))(zeros([0])).shape).toEqual([0])
  })

  it('nests, runs in batches and compiled, and reads what encloses it', () => {
    const f = (x: Tensor<[2]>): Tensor<[2]> => mul(x, square(x))
    const second: Tensor<[2, 2, 2]> = jacobian(jacobian(f))(tensor([2], [1, 2]))
    expect([...second.data]).toEqual([6, 0, 0, 0, 0, 0, 0, 12])
    const rows = tensor([3, 2], [1, 2, 3, 4, 5, 6])
    const each: Tensor<[3, 2, 2]> = vmap(jacobian(f))(rows)
    expect([...each.data]).toEqual([3, 0, 0, 12, 27, 0, 0, 48, 75, 0, 0, 108])
    const compiled = compileWith(referenceEngine)(jacobian(f))
    expect([...compiled(tensor([2], [1, 2])).data]).toEqual([3, 0, 0, 12])
    const trace = (w: Tensor<[]>): Tensor<[]> =>
      sum(jacobian((x: Tensor<[2]>) => mul(w, square(x)))(tensor([2], [1, 2])), [0, 1])
    expect(grad(trace)(tensor([], [5])).data[0]).toBe(6)
  })

  it('refuses integers', () => {
    expect(() => jacobian((x: AnyTensor) => cast(x as Tensor<[2]>, 'f32'))(full([2], 1, 'i32'))).toThrow(
      `${name}: every tensor of the argument must be f32, it is i32`,
    )
    expect(() => jacobian((x: Tensor<[2]>) => ({ n: cast(x, 'i32') }))(zeros([2]))).toThrow(
      `${name}: every tensor of the value must be f32, n is i32`,
    )
  })
})

type Floats = readonly Tensor<number[]>[]

const tensorLike = ({ shape }: Tensor<number[]>, salt: number): Tensor<number[]> =>
  tensor(shape, Float32Array.from(probe(shape, salt).data))

describe('jacobian', () => {
  const program = (f: (x: Tensor<[3]>) => unknown): string => show(recordFunction(f, [zeros([3])]).tape)

  it('takes forward mode unless there are more variables than values', () => {
    const wide = (x: Tensor<[3]>): Tensor<[5]> => reshape(matmul(weight, reshape(sin(x), [3, 1])), [5])
    const square = (x: Tensor<[3]>): Tensor<[3]> => exp(sin(x))
    const narrow = (x: Tensor<[3]>): Tensor<[]> => sum(exp(sin(x)), [0])
    for (const f of [wide, square, narrow])
      expect(program(jacobianForward<Tensor<[3]>, [], unknown>(f))).not.toBe(
        program(jacobianReverse<Tensor<[3]>, [], unknown>(f)),
      )
    expect(program(jacobian(wide))).toBe(program(jacobianForward(wide)))
    expect(program(jacobian(square))).toBe(program(jacobianForward(square)))
    expect(program(jacobian(narrow))).toBe(program(jacobianReverse(narrow)))
  })

  it('counts elements, of all tensors', () => {
    const one = (x: Tensor<[3]>): Tensor<[2]> => slice(exp(x), 0, 0, 2)
    const two = (x: Tensor<[3]>) => [one(x), one(sin(x))] as const
    expect(program(jacobian(one))).toBe(program(jacobianReverse(one)))
    expect(program(jacobian(two))).toBe(program(jacobianForward(two)))
  })

  it('records the function once', () => {
    let calls = 0
    const f = (x: Tensor<[3]>): Tensor<[3]> => {
      calls++
      return sin(x)
    }
    jacobian(f)(zeros([3]))
    expect(calls).toBe(1)
  })
})

describe('for random programs', () => {
  it('forward and reverse mode give the same Jacobian, and one of both is that of the cheaper mode', () => {
    fc.assert(
      fc.property(programs({ depth: 5 }), (program) => {
        const f = (inputs: Floats) => runProgram(program, inputs) as Floats
        const forward: readonly Floats[] = jacobianForward(f)(program.inputs as Floats)
        const reverse: readonly Floats[] = jacobianReverse(f)(program.inputs as Floats)
        const cheaper = jacobian(f)(program.inputs as Floats)
        expect([forward, reverse]).toContainEqual(cheaper)
        forward.forEach((row, output) => {
          row.forEach((block, input) => {
            expect(close(block, reverse[output]![input]!, 1e-4)).toBe(true)
          })
        })
      }),
    )
  })

  /** A scalar function of everything that the program gives. */
  const loss = (program: Parameters<typeof runProgram>[0]) => (inputs: Floats) =>
    runProgram(program, inputs)
      .map((x) => sum(sin(x as Tensor<number[]>), x.shape.map((_, axis) => axis) as number[]))
      .reduce((total, x) => add(total as Tensor<[]>, x as Tensor<[]>), full([], 0)) as Tensor<[]>

  it('the Hessian is symmetric, and its product with a vector is hvp', () => {
    fc.assert(
      fc.property(programs({ depth: 4 }), (program) => {
        const inputs = program.inputs as Floats
        const blocks: readonly Floats[] = hessian(loss(program))(inputs)
        const vector = inputs.map(tensorLike)
        const products: Floats = hvp(loss(program))(inputs, vector)
        const sizes = inputs.map(({ data }) => data.length)
        inputs.forEach((input, i) => {
          const sums = new Float64Array(sizes[i]!)
          inputs.forEach((_, j) => {
            const [block, mirrored] = [blocks[i]![j]!, blocks[j]![i]!]
            const transposed = Float64Array.from({ length: block.data.length }, (_, index) => {
              const [row, column] = [Math.floor(index / sizes[j]!), index % sizes[j]!]
              return mirrored.data[column * sizes[i]! + row]!
            })
            expect(close(block, { ...block, data: transposed }, 1e-3)).toBe(true)
            for (let row = 0; row < sums.length; row++)
              for (let column = 0; column < sizes[j]!; column++)
                sums[row]! += block.data[row * sizes[j]! + column]! * vector[j]!.data[column]!
          })
          expect(close(products[i]!, { ...input, data: sums }, 1e-3)).toBe(true)
        })
      }),
    )
  })
})

describe('hessian and hvp', () => {
  type Params = { readonly w: Tensor<[2]>; readonly b: Tensor<[]> }
  const f = ({ w, b }: Params, x: Tensor<[2]>): Tensor<[]> => mul(b, sum(mul(square(w), x), [0]))
  const params: Params = { w: tensor([2], [1, 2]), b: tensor([], [3]) }
  const x = tensor([2], [5, 7])

  it('have the types of trees, and closed forms', () => {
    const h = hessian(f)(params, x)
    expectTypeOf(h).toEqualTypeOf<{
      readonly w: { readonly w: Tensor<[2, 2]>; readonly b: Tensor<[2]> }
      readonly b: { readonly w: Tensor<[2]>; readonly b: Tensor<[]> }
    }>()
    expect([...h.w.w.data]).toEqual([30, 0, 0, 42])
    expect([...h.w.b.data]).toEqual([10, 28])
    expect([...h.b.w.data]).toEqual([10, 28])
    expect([...h.b.b.data]).toEqual([0])
    const product = hvp(f)(params, { w: tensor([2], [1, 10]), b: tensor([], [100]) }, x)
    expectTypeOf(product).toEqualTypeOf<Params>()
    expect([...product.w.data, ...product.b.data]).toEqual([30 + 1000, 420 + 2800, 10 + 280])
  })

  it('nest, and run in batches and compiled', () => {
    const cube = (y: Tensor<[]>): Tensor<[]> => mul(y, square(y))
    expect(grad(hessian(cube))(tensor([], [2])).data[0]).toBe(6)
    expect([...vmap(hessian(cube))(tensor([2], [1, 2])).data]).toEqual([6, 12])
    expect(compileWith(referenceEngine)(hessian(cube))(tensor([], [2])).data[0]).toBe(12)
    const along = (y: Tensor<[]>): Tensor<[]> => hvp(cube)(y, y)
    expect(grad(along)(tensor([], [2])).data[0]).toBe(24)
    expect(compileWith(referenceEngine)(along)(tensor([], [2])).data[0]).toBe(24)
  })

  it('refuse a loss that is no scalar, and a vector of another shape', () => {
    // @ts-expect-error the loss must be a scalar
    expect(() => hessian((y: Tensor<[2]>) => exp(y))(zeros([2]))).toThrow('grad: the loss must be a scalar')
    const wrong = zeros([3]) as Tensor<number[]> as Tensor<[2]>
    expect(() => hvp(f)(params, { ...params, w: wrong }, x)).toThrow(
      'hvp: the tangent of w must be f32[2], it is f32[3]',
    )
  })
})
