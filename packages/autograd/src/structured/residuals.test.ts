import { cast, mul, square, sum, type Tensor, tensor } from '@vae/tensor'
import { expect, it } from 'vitest'
import { recordFunction } from '../function.ts'
import { grad } from '../grad.ts'
import { evaluate } from '../interpret.ts'
import { scan } from '../scan.ts'
import { simplify } from '../simplify.ts'
import { widen } from '../testing/wide.ts'

type Scalar = Tensor<[]>
const xs = tensor([3], [1, 2, 3])

/** How many results each scan of the gradient has. */
const results = (f: (xs: Tensor<[3]>) => Scalar): number[] =>
  recordFunction(grad(f), [xs]).tape.applications.flatMap((application) =>
    application.primitive === 'scan' ? [application.results.length] : [],
  )

it('a scan does not stack again the elements that its backward pass needs', () => {
  const product = (x: Tensor<[3]>): Scalar =>
    scan((carry: Scalar, element: Scalar) => ({ carry: mul(carry, element), output: [] }))(tensor([], [1]), x)
      .carry
  // Beside the carry, the carry of each step; and backwards the cotangents of the carry and of the elements.
  expect(results(product)).toEqual([2, 2])
  expect([...grad(product)(xs).data]).toEqual([6, 3, 2])
  const squares = (x: Tensor<[3]>): Scalar =>
    sum(
      scan((carry: readonly [], element: Scalar) => ({ carry, output: square(element) }))([], x).outputs,
      [0],
    )
  expect(results(squares)).toEqual([1, 1])
  expect([...grad(squares)(xs).data]).toEqual([2, 4, 6])
})

it('the integers that a scan gives are integers in float64 too', () => {
  const { tape } = recordFunction(
    (x: Tensor<[3]>) =>
      scan((carry: readonly [], element: Scalar) => ({ carry, output: cast(element, 'i32') }))([], x).outputs,
    [xs],
  )
  const [found] = evaluate(simplify(tape), [widen(xs)], 'f64')
  expect(found!.data).toEqual(Int32Array.from([1, 2, 3]))
})
