import {
  type AnyTensor,
  add,
  cast,
  exp,
  full,
  item,
  type Key,
  key,
  markParameters,
  minimum,
  mul,
  normal,
  ones,
  pow,
  relu,
  sigmoid,
  softplus,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  type TensorOf,
  tanh,
  tensor,
  zeros,
} from '@vae/tensor'
import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { jvp } from './forward.ts'
import { grad, valueAndGrad } from './grad.ts'
import { checkGradients } from './testing/gradients.ts'

type Scalar = Tensor<[]>
const scalar = (x: number): Scalar => tensor([], [x])

/** Values that float32 holds, where nothing overflows. */
const points = fc.integer({ min: -4 * 64, max: 4 * 64 }).map((n) => n / 64)

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

/** First, second and third derivatives in closed form, in float64. */
const closedForms: Record<string, readonly [(x: Scalar) => Scalar, ...((x: number) => number)[]]> = {
  tanh: [
    tanh,
    (x) => 1 - Math.tanh(x) ** 2,
    (x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2),
    (x) => (1 - Math.tanh(x) ** 2) * (6 * Math.tanh(x) ** 2 - 2),
  ],
  sigmoid: [
    sigmoid,
    (x) => logistic(x) * logistic(-x),
    (x) => logistic(x) * logistic(-x) * (1 - 2 * logistic(x)),
    (x) => logistic(x) * logistic(-x) * (1 - 6 * logistic(x) * logistic(-x)),
  ],
  exp: [exp, Math.exp, Math.exp, Math.exp],
  softplus: [
    softplus,
    logistic,
    (x) => logistic(x) * logistic(-x),
    (x) => logistic(x) * logistic(-x) * (1 - 2 * logistic(x)),
  ],
}

describe.each(Object.entries(closedForms))('grad of %s', (name, [f, ...derivatives]) => {
  it('to depth three is its closed form', () => {
    fc.assert(
      fc.property(points, (x) => {
        const nested = [grad(f), grad(grad(f)), grad(grad(grad(f)))]
        nested.forEach((derivative, order) => {
          const exact = derivatives[order]!(x)
          // A few float32 roundings, relative to the largest intermediate value.
          const scale = name === 'exp' ? Math.exp(x) : 1
          expect(Math.abs(item(derivative(scalar(x))) - exact)).toBeLessThanOrEqual(2e-6 * scale)
        })
      }),
    )
  })

  it('in forward mode over reverse mode is the same', () => {
    fc.assert(
      fc.property(points, (x) => {
        const { value, tangent } = jvp(grad(f), scalar(x), scalar(1))
        expect(item(value)).toBe(item(grad(f)(scalar(x))))
        const scale = name === 'exp' ? Math.exp(x) : 1
        expect(Math.abs(item(tangent) - derivatives[1]!(x))).toBeLessThanOrEqual(2e-6 * scale)
      }),
    )
  })
})

it('softplus has its second derivative at 0 too, where its two sides meet', () => {
  expect(item(grad(grad((x: Scalar) => softplus(x)))(scalar(0)))).toBe(0.25)
})

describe('a closure over an outer recording', () => {
  it('is differentiated by the outer gradient only', () => {
    // d/dx (x · d/dy (x y² + y)) at y = 3: d/dx (x (2·3 x + 1)) = 12 x + 1.
    const inner = (x: Scalar) => grad((y: Scalar) => add(mul(x, square(y)), y))(scalar(3))
    const outer = grad((x: Scalar) => mul(x, inner(x)))
    expect(item(outer(scalar(2)))).toBe(25)
  })

  it('reaches through three levels', () => {
    // ∂³(x² y² z²) / ∂z ∂y ∂x = 8 x y z, each level reading the variables of those around it.
    const f = grad((x: Scalar) =>
      grad((y: Scalar) => grad((z: Scalar) => mul(square(x), mul(square(y), square(z))))(scalar(5)))(
        scalar(3),
      ),
    )
    expect(item(f(scalar(2)))).toBe(8 * 2 * 3 * 5)
  })

  it('does not confuse a perturbation with that of the outer gradient', () => {
    // Siskind & Pearlmutter, "Perturbation confusion" (2005): d/dx (x · d/dy (x + y)) = 1.
    const f = grad((x: Scalar) => mul(x, grad((y: Scalar) => add(x, y))(scalar(1))))
    expect(item(f(scalar(1)))).toBe(1)
    const g = (x: Scalar) => mul(x, jvp((y: Scalar) => add(x, y), scalar(1), scalar(1)).tangent)
    expect(item(jvp(g, scalar(1), scalar(1)).tangent)).toBe(1)
  })

  it('may return what it captured, and the parameter itself', () => {
    const f = grad((x: Scalar) => {
      const { value } = valueAndGrad((_: Scalar) => square(x))(scalar(0))
      return value
    })
    expect(item(f(scalar(3)))).toBe(6)
    expect(item(grad((x: Scalar) => x)(scalar(3)))).toBe(1)
  })
})

describe('valueAndGrad', () => {
  const params = { b: tensor([2], [1, 2]), w: { a: tensor([2, 2], [1, 2, 3, 4]) } }

  it('returns the gradient as the tree of the parameters, with value and auxiliary outputs', () => {
    const result = valueAndGrad((p: typeof params, x: Tensor<[2]>) => ({
      loss: sum(add(mul(p.w.a, p.b), x), [0, 1]),
      terms: { double: mul(x, 2), note: 'kept' },
    }))(params, tensor([2], [5, 6]))
    expectTypeOf(result.grad).toEqualTypeOf<typeof params>()
    expectTypeOf(result.value).toEqualTypeOf<Scalar>()
    expectTypeOf(result.terms).toEqualTypeOf<{ double: Tensor<[2]>; note: string }>()
    expect(item(result.value)).toBe(1 + 4 + 3 + 8 + 2 * 11)
    expect([...result.grad.b.data]).toEqual([4, 6])
    expect([...result.grad.w.a.data]).toEqual([1, 2, 1, 2])
    expect([...result.terms.double.data]).toEqual([10, 12])
    expect(result.terms.note).toBe('kept')
    expect(result).not.toHaveProperty('loss')
  })

  it('takes keys, bytes and plain values in the other arguments', () => {
    type Batch = { readonly images: TensorOf<[2, 3], 'u8'>; readonly scale: number }
    const loss = (w: Tensor<[3]>, { images, scale }: Batch, from: Key): Scalar =>
      sum(mul(mul(add(cast(images, 'f32'), normal(from, [2, 3])), w), scale), [0, 1])
    const images = tensor([2, 3], [1, 2, 3, 4, 5, 6], 'u8')
    const run = () => grad(loss)(zeros([3]), { images, scale: 2 }, key(1))
    const noise = normal(key(1), [2, 3]).data
    const gradient = [...run().data]
    gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(2 * (5 + 2 * i + noise[i]! + noise[i + 3]!), 4)
    })
    expect([...run().data]).toEqual(gradient)
  })

  it('gives integers in the parameters zeros of their own dtype', () => {
    const mixed = { w: tensor([2], [3, 4]), bytes: full([2], 7, 'u8'), count: full([], 1, 'i32') }
    const gradient = grad((p: typeof mixed) => sum(mul(p.w, cast(p.bytes, 'f32')), [0]))(mixed)
    expect(gradient).toMatchObject({
      w: { dtype: 'f32', data: Float32Array.of(7, 7) },
      bytes: { dtype: 'u8', data: Uint8Array.of(0, 0) },
      count: { dtype: 'i32', data: Int32Array.of(0) },
    })
  })

  it('gives zeros where the loss does not depend on a parameter, or only through stopGradient', () => {
    const two = { used: scalar(3), unused: zeros([2]), stopped: scalar(4) }
    const gradient = grad((p: typeof two) => mul(p.used, stopGradient(p.stopped)))(two)
    expect([item(gradient.used), [...gradient.unused.data], item(gradient.stopped)]).toEqual([4, [0, 0], 0])
  })

  it('shares the gradient of a tie equally', () => {
    expect(item(grad((x: Scalar) => sub(mul(x, 1), mul(x, 0)))(scalar(2)))).toBe(1)
  })

  it('keeps the type parameters of a generic function', () => {
    const f = valueAndGrad(<B extends number>(w: Tensor<[3]>, x: Tensor<[B, 3]>) => ({
      loss: sum(mul(x, w), [0, 1]),
      x,
    }))
    expectTypeOf(f(zeros([3]), zeros([5, 3])).x).toEqualTypeOf<Tensor<[5, 3]>>()
  })

  it('can be called in generic code', () => {
    const gradientOf = <N extends number>(p: { readonly w: Tensor<[N]> }): { readonly w: Tensor<[N]> } =>
      grad((q: { readonly w: Tensor<[N]> }) => sum(square(q.w), [0]))(p)
    expect([...gradientOf({ w: tensor([2], [1, 2]) }).w.data]).toEqual([2, 4])
  })
})

describe('what is refused, with its sentence', () => {
  it('a loss that is no scalar of dtype f32, also where the type is unknown', () => {
    const unknown = <T>(x: AnyTensor): T => x as AnyTensor as T
    expect(() => grad((x: Tensor<[3]>) => unknown<Scalar>(x))(zeros([3]))).toThrow(
      'grad: the loss must be a scalar, f32[], it is f32[3]: sum or average it first',
    )
    expect(() => grad((x: Scalar) => unknown<Scalar>(cast(x, 'i32')))(scalar(1))).toThrow('it is i32[]')
  })

  it('the elements of a recorded tensor', () => {
    expect(() => grad((x: Scalar) => (item(x) > 0 ? x : mul(x, 2)))(scalar(1))).toThrow(
      'the elements of [] (made by 0) are not known while a function is recorded: choose between values with ' +
        'select, and return what you want to read',
    )
    expect(() =>
      grad((x: Scalar) => {
        const y = exp(x)
        return y.data.length > 0 ? y : x
      })(scalar(1)),
    ).toThrow('the elements of [] (made by exp) are not known')
  })

  it('a tensor that escaped from its recording', () => {
    let leaked: Scalar | undefined
    grad((x: Scalar) => {
      leaked = exp(x)
      return leaked
    })(scalar(1))
    const sentence =
      'record: a tensor [] (made by exp) is used after the recording that it belongs to has ended: return it ' +
      'from the recorded function instead'
    expect(() => mul(leaked!, 2)).toThrow(sentence)
    expect(() => grad((x: Scalar) => mul(x, leaked!))(scalar(1))).toThrow(sentence)
    expect(() => grad(() => leaked!)(scalar(1))).toThrow(sentence)
  })

  it('a tensor that escaped from an inner recording into the outer one', () => {
    const f = (x: Scalar): Scalar => {
      let leaked: Scalar | undefined
      grad((y: Scalar) => {
        leaked = mul(x, y)
        return leaked
      })(scalar(1))
      return mul(leaked!, x)
    }
    expect(() => grad(f)(scalar(1))).toThrow('is used after the recording that it belongs to has ended')
  })

  it('a parameter that was captured instead of passed', () => {
    const params = markParameters({ decoder: { weight: zeros([2, 3]) } })
    expect(() =>
      grad((x: Tensor<[2, 3]>) => sum(mul(x, params.decoder.weight), [0, 1]))(zeros([2, 3])),
    ).toThrow(
      'record: the parameter decoder.weight [2, 3] is used inside the function without being one of its ' +
        'arguments, so it would never change: pass it as an argument',
    )
  })
})

describe('the power of 0', () => {
  const powers = (exponent: number) => [
    item(grad((y: Tensor<[]>, x: Tensor<[]>) => pow(x, y))(tensor([], [exponent]), zeros([]))),
    item(jvp((y: Tensor<[]>) => pow(zeros([]), y), tensor([], [exponent]), ones([])).tangent),
  ]
  it('has the derivative −∞ with respect to a negative exponent, not NaN', () => {
    expect(powers(-1)).toEqual([-Infinity, -Infinity])
  })
  it('has the derivative 0 with respect to any other', () => {
    expect([...powers(0), ...powers(0.5), ...powers(3)]).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('checkGradients', () => {
  it('passes for a right gradient and counts what it checked', () => {
    const x = tensor([3], [0.1, -0.5, 2])
    const report = checkGradients((y: Tensor<[3]>, w: Tensor<[3]>) => sum(mul(tanh(y), w), [0]), [x, x])
    expect(report).toEqual({ checked: 6, unsettled: 0 })
  })

  it('names the element of a wrong one', () => {
    const x = tensor([2], [0.5, 1.5])
    const wrong = (y: Tensor<[2]>) => add(y, stopGradient(square(y)))
    expect(() => checkGradients(wrong, [x])).toThrow(
      /the gradient of element 0 of 0 is .* but central differences/,
    )
  })

  it('does not judge where differences do not settle, near a kink', () => {
    expect(checkGradients((y: Tensor<[1]>) => relu(y), [tensor([1], [2 ** -11])])).toEqual({
      checked: 0,
      unsettled: 1,
    })
  })

  it('is not misled where the differences of both steps agree by chance, near a kink of the second derivative', () => {
    // Where (1 + a)² = 10 a² for a = 1 − 1000 y.
    const f = (y: Tensor<[1]>) => square(minimum(y, 0))
    expect(checkGradients(f, [tensor([1], [0.53752528e-3])])).toEqual({ checked: 1, unsettled: 0 })
  })
})
