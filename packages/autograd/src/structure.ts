import { type AnyTensor, isTensor, RecordedTensor, type Shape, sameShape } from '@vae/tensor'

/*
 * What the calls of a compiled function have in common, prepared once: recognising arguments and putting a result
 * together, at every step of a training loop, must cost less than a kernel. So there are no paths here, no sorting and
 * no recursion.
 */

/**
 * A node of a tree. All have the same members, whether they mean something or not: code that meets objects of one layout
 * only takes half the time.
 */
interface Node {
  /** `other` is what is handed on as it is: undefined, numbers, functions, instances of classes. */
  readonly kind: 'tensor' | 'record' | 'list' | 'other'
  /** Where it hangs: in which container, by its index, and under which key. */
  readonly parent: number
  readonly key: string
  /** How many children it has. */
  readonly size: number
  /** What a tensor is. */
  readonly shape: Shape
  readonly dtype: AnyTensor['dtype'] | null
  /** What another value is. */
  readonly value: unknown
}

type Children = Record<string, unknown>

const isRecord = (node: unknown): node is Children => {
  if (typeof node !== 'object' || node === null) return false
  const prototype = Object.getPrototypeOf(node)
  return prototype === Object.prototype || prototype === null
}

/** The nodes of a list and below it, in the order of `mapTensors`: each container before its children. */
const nodesOf = (root: readonly unknown[]): readonly Node[] => {
  const nodes: Node[] = []
  let containers = 0
  const add = (kind: Node['kind'], parent: number, key: string, size: number, value: unknown) => {
    const { shape, dtype } = kind === 'tensor' ? (value as AnyTensor) : { shape: [], dtype: null }
    nodes.push({ kind, parent, key, size, shape, dtype, value: kind === 'other' ? value : undefined })
  }
  const visit = (node: unknown, parent: number, key: string): void => {
    if (isTensor(node)) add('tensor', parent, key, 0, node)
    else if (Array.isArray(node) || isRecord(node)) {
      const list = Array.isArray(node)
      const keys = list ? Object.keys(node) : Object.keys(node).sort((a, b) => (a < b ? -1 : 1))
      const container = containers++
      add(list ? 'list' : 'record', parent, key, keys.length, node)
      for (const child of keys) visit((node as Children)[child], container, child)
    } else add('other', parent, key, 0, node)
  }
  visit(root, -1, '')
  return nodes
}

const sizeOfRecord = (record: object): number => {
  let size = 0
  for (const _ in record) size++
  return size
}

const isLike = (node: unknown, { kind, size }: Node): node is Children =>
  kind === 'list'
    ? Array.isArray(node) && node.length === size
    : isRecord(node) && sizeOfRecord(node) === size

const isLeafLike = (node: unknown, { shape, dtype }: Node): node is AnyTensor =>
  isTensor(node) && node.dtype === dtype && sameShape(node.shape, shape) && !(node instanceof RecordedTensor)

/**
 * Recognises arguments with the structure of `args`: tensors of the same shapes and dtypes at the same places, and
 * the same values elsewhere. The result gives their tensors in canonical order, or null for other arguments.
 */
export const recogniser = (args: readonly unknown[]) => {
  const [, ...nodes] = nodesOf(args)
  return (candidate: readonly unknown[]): AnyTensor[] | null => {
    if (candidate.length !== args.length) return null
    // a list is read by index as a record by key
    const containers: Children[] = [candidate as unknown as Children]
    const tensors: AnyTensor[] = []
    for (const node of nodes) {
      const found = containers[node.parent]![node.key]
      if (node.kind === 'tensor') {
        if (!isLeafLike(found, node)) return null
        tensors.push(found)
      } else if (node.kind === 'other') {
        if (found !== node.value) return null
      } else if (isLike(found, node)) containers.push(found)
      else return null
    }
    return tensors
  }
}

/** Makes values like `result` around other tensors, which come in canonical order. */
export const rebuilder = <R>(result: R): ((tensors: readonly AnyTensor[]) => R) => {
  const [, ...nodes] = nodesOf([result])
  return (tensors) => {
    const root: Children = {}
    const containers = [root]
    let next = 0
    for (const node of nodes) {
      const children = containers[node.parent]!
      if (node.kind === 'tensor') children[node.key] = tensors[next++]
      else if (node.kind === 'other') children[node.key] = node.value
      else {
        // an array is filled by index as a record by key
        const container = (node.kind === 'list' ? [] : {}) as Children
        children[node.key] = container
        containers.push(container)
      }
    }
    // the nodes are those of a list that has the result alone
    return root[0] as R
  }
}
