import { evaluate, grad, recordFunction, show, simplify, type Tape, vjpTape } from '@vae/autograd'
import { item, mul, square, type Tensor, tensor } from '@vae/tensor'

const cube = (x: Tensor<[]>) => mul(x, square(x))
const x = tensor([], [3])
const one = tensor([], [1])

// A tape is data: what the function did to a stand-in for x.
const { tape } = recordFunction(cube, [x])

// Its gradient is a tape again. Output 1 is 3x², for a cotangent of 1.
const first = simplify(vjpTape(tape, [0]))

// And so on: the derivative of output 1 with respect to input 0 is 6x.
const second = simplify(vjpTape(first, [0], [1]))

const print = (title: string, program: Tape): void => console.log(`${title}\n${show(program)}\n`)
print('x³', tape)
print('x³ and its gradient', first)
print('x³, its gradient and its second derivative', second)

const values = evaluate(second, [x, one, one]).map(({ data }) => data[0])
console.log('at 3:', values.join(', '))

// The same without a look inside: grad records, differentiates and runs.
console.log('by grad:', [cube, grad(cube), grad(grad(cube))].map((f) => item(f(x))).join(', '))
