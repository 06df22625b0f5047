import { type AnyTensor, HostTensor, RecordedTensor, type Tensor } from './tensor.ts'

/** What tells a tensor from a record. Without its shape, so that generic code can tell a `Tensor<[N]>` too. */
export type AnyLeaf = Pick<AnyTensor, 'dtype'> & { readonly shape: unknown }

/**
 * The constraint of a tree of tensors, used as `<T extends Tree<T>>`: records, interfaces, tuples and arrays,
 * nested to any depth, whose leaves are tensors. Another leaf is refused with a sentence.
 */
export type Tree<T> = {
  readonly [K in keyof T]: T extends AnyLeaf
    ? T[K]
    : T[K] extends AnyLeaf
      ? T[K]
      : T[K] extends object
        ? Tree<T[K]>
        : 'tree: every leaf must be a tensor'
}

/** A leaf with its path, such as `encoder.hidden.weight` or `layers.0.bias`. */
export interface Leaf {
  readonly path: string
  readonly tensor: AnyTensor
}

/**
 * Whether `node` is a tensor of any kind: on the host, recorded, or resident in an engine.
 *
 * ```ts
 * isTensor(zeros([2])) // → true
 * ```
 */
export const isTensor = (node: unknown): node is AnyTensor =>
  node instanceof HostTensor ||
  node instanceof RecordedTensor ||
  (typeof node === 'object' && node !== null && 'shape' in node && 'dtype' in node && 'data' in node)

const describe = (node: unknown): string => (node === null ? 'null' : `a ${typeof node}`)

const childPath = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Child keys in canonical order: arrays by index, records by the code units of their keys. */
const childKeys = (node: object): string[] =>
  Array.isArray(node) ? Object.keys(node) : Object.keys(node).sort((a, b) => (a < b ? -1 : 1))

/**
 * Rebuilds a tree, leaf by leaf in canonical order. Throws a sentence that names the path when a leaf is no
 * tensor. The result has the same structure, with what `f` returns at the leaves.
 */
const rebuild = (node: unknown, path: string, f: (tensor: AnyTensor, path: string) => unknown): unknown => {
  if (isTensor(node)) return f(node, path)
  if (typeof node !== 'object' || node === null)
    throw new TypeError(`tree: ${path === '' ? 'the root' : path} must be a tensor, it is ${describe(node)}`)
  const children = childKeys(node).map(
    (key) => [key, rebuild(node[key as keyof typeof node], childPath(path, key), f)] as const,
  )
  return Array.isArray(node) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

/**
 * Replaces the tensors in any value, in canonical order, and leaves everything else as it is: numbers,
 * functions, class instances.
 *
 * ```ts
 * mapTensors({ x: tensor([2], [1, 2]), name: 'a' }, () => zeros([1])) // → { name: 'a', x: [0] }
 * ```
 */
export const mapTensors = <T>(node: T, f: (tensor: AnyTensor, path: string) => AnyTensor, path = ''): T => {
  if (isTensor(node)) return f(node, path) as AnyTensor & T
  if (typeof node !== 'object' || node === null) return node
  const prototype = Object.getPrototypeOf(node)
  if (!Array.isArray(node) && prototype !== Object.prototype && prototype !== null) return node
  const children = childKeys(node).map(
    (key) => [key, mapTensors(node[key as keyof typeof node] as unknown, f, childPath(path, key))] as const,
  )
  return (Array.isArray(node) ? children.map(([, child]) => child) : Object.fromEntries(children)) as T
}

/**
 * The leaves of any tree with their paths, in canonical order: arrays by index, records by the code units of
 * their keys. Throws a `TypeError` that names the path when a leaf is no tensor.
 *
 * ```ts
 * leaves({ b: zeros([2]), a: [zeros([1])] }).map(({ path }) => path) // → ['a.0', 'b']
 * ```
 */
export const leaves = (tree: unknown): Leaf[] => {
  const found: Leaf[] = []
  rebuild(tree, '', (tensor, path) => found.push({ path, tensor }))
  return found
}

/**
 * `tree` with its leaves replaced, in canonical order, by `tensors`. Throws a `RangeError` when there are
 * more or fewer of them than leaves.
 *
 * ```ts
 * unflatten({ b: zeros([]), a: zeros([]) }, [tensor([], [1]), tensor([], [2])]) // → { a: 1, b: 2 }
 * ```
 */
export const unflatten = <T>(tree: T, tensors: readonly AnyTensor[]): T => {
  let next = 0
  const rebuilt = rebuild(tree, '', (_, path) => {
    const tensor = tensors[next++]
    if (tensor === undefined) throw new RangeError(`tree: no tensor is left for ${path}`)
    return tensor
  })
  if (next !== tensors.length) throw new RangeError(`tree: ${next} leaves, but ${tensors.length} tensors`)
  return rebuilt as T
}

/** A leaf as the functions of a tree see it: its shape is known at run time only. */
export type LeafTensor = Tensor<number[]>

/**
 * Applies `f` to every leaf of a tree of f32 tensors. `f` must keep the shape, so that the result has the
 * type of the tree.
 *
 * ```ts
 * const halved = mapTree((weight) => mul(weight, 0.5), params)
 * ```
 */
export const mapTree = <T extends Tree<T>>(f: (leaf: LeafTensor, path: string) => AnyTensor, tree: T): T =>
  rebuild(tree, '', (tensor, path) => f(tensor as LeafTensor, path)) as T

/**
 * Applies `f` to the leaves of several trees of one type, position by position. Throws a `TypeError` that
 * names the path where their structures differ.
 *
 * ```ts
 * const gradients = mapTree((weight) => mul(weight, 2), params)
 * const descended = zipTree((weight, gradient) => sub(weight, mul(gradient, 1e-3)), params, gradients)
 * ```
 */
export const zipTree = <T extends Tree<T>>(
  f: (...leaves: LeafTensor[]) => AnyTensor,
  tree: T,
  ...others: readonly NoInfer<T>[]
): T => {
  const rest = others.map((other) => leaves(other))
  let index = 0
  const zipped = rebuild(tree, '', (tensor, path) => {
    const position = index++
    const matching = rest.map((other) => {
      const leaf = other[position]
      if (leaf === undefined || leaf.path !== path)
        throw new TypeError(
          `tree: structures differ at ${path}: the other tree has ${leaf?.path ?? 'no leaf'}`,
        )
      return leaf.tensor
    })
    return f(...([tensor, ...matching] as LeafTensor[]))
  }) as T
  for (const other of rest) {
    const extra = other[index]
    if (extra !== undefined)
      throw new TypeError(`tree: structures differ at ${extra.path}: the first tree has no leaf`)
  }
  return zipped
}

/**
 * Combines all leaves in canonical order.
 *
 * ```ts
 * const layer = { weight: zeros([784, 400]), bias: zeros([400]) }
 * foldTree((count, { shape }) => count + sizeOf(shape), 0, layer) // → 314000
 * ```
 */
export const foldTree = <T extends Tree<T>, A>(
  f: (accumulated: A, tensor: AnyTensor, path: string) => A,
  initial: A,
  tree: T,
): A => leaves(tree).reduce((accumulated, { tensor, path }) => f(accumulated, tensor, path), initial)
