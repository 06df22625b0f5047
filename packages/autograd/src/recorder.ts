import {
  type AnyTensor,
  type Primitive,
  type PrimitiveParameters,
  parameterPath,
  RecordedTensor,
  type Recorder,
  recordingWith,
  showShape,
  specOf,
  type TensorSpec,
} from '@vae/tensor'
import type {
  Application,
  Structured,
  StructuredParameters,
  Tape,
  TapeConstant,
  TapeInput,
  ValueId,
} from './tape.ts'

/** An input of a function to be recorded. */
export interface InputSpec extends TensorSpec {
  readonly name: string
}

/** A tape with what it needs from outside: tensors of enclosing recordings, its last inputs. */
export interface Recording {
  readonly tape: Tape
  readonly captured: readonly RecordedTensor[]
}

/** What a recording allows. */
export interface RecordOptions {
  /**
   * Whether parameters may be captured as constants: for programs that run once, at once, and are not differentiated
   * with respect to them. They are refused unless this is true.
   */
  readonly capturesParameters?: boolean
}

/** How many recordings are running: the level of the innermost one. */
let depth = 0

/** Appends primitives to a growing tape. Lives for the time of one `record`. */
export class TapeRecorder implements Recorder {
  readonly level: number
  readonly values: TensorSpec[] = []
  readonly inputs: TapeInput[] = []
  readonly constants: TapeConstant[] = []
  readonly applications: Application[] = []
  readonly captured = new Map<RecordedTensor, ValueId>()
  readonly #known = new Map<AnyTensor, ValueId>()
  open = true

  readonly #capturesParameters: boolean

  constructor(level: number, capturesParameters: boolean) {
    this.level = level
    this.#capturesParameters = capturesParameters
  }

  #value({ shape, dtype }: TensorSpec): ValueId {
    return this.values.push({ shape, dtype }) - 1
  }

  input({ name, shape, dtype }: InputSpec): RecordedTensor {
    const id = this.#value({ shape, dtype })
    this.inputs.push({ id, name })
    return new RecordedTensor({ shape, dtype }, this, id, name)
  }

  apply<P extends Primitive>(
    primitive: P,
    operands: readonly AnyTensor[],
    parameters: PrimitiveParameters[P],
  ): RecordedTensor {
    const spec = specOf(primitive, operands, parameters)
    const ids = operands.map((operand) => this.lift(operand))
    const id = this.#value(spec)
    // The signature ties the parameters to the primitive; TypeScript cannot see that across the union.
    this.applications.push({ primitive, parameters, operands: ids, results: [id] } as Application)
    return new RecordedTensor(spec, this, id, primitive)
  }

  /** Appends a structured primitive whose results have the given shapes and dtypes. */
  applyStructured<S extends Structured>(
    primitive: S,
    operands: readonly AnyTensor[],
    parameters: StructuredParameters[S],
    specs: readonly TensorSpec[],
  ): RecordedTensor[] {
    const ids = operands.map((operand) => this.lift(operand))
    const results = specs.map((spec) => this.#value(spec))
    // The signature ties the parameters to the primitive; TypeScript cannot see that across the union.
    this.applications.push({ primitive, parameters, operands: ids, results } as Application)
    return specs.map((spec, index) => new RecordedTensor(spec, this, results[index]!, primitive))
  }

  /** The value that stands for `tensor` on this tape. */
  lift(tensor: AnyTensor): ValueId {
    if (tensor instanceof RecordedTensor) {
      if (tensor.recorder === this) return this.#own(tensor)
      return this.#capture(tensor)
    }
    return this.#constant(tensor)
  }

  #own(tensor: RecordedTensor): ValueId {
    if (!this.open) throw escaped(tensor)
    return tensor.id
  }

  /** A tensor of an enclosing recording becomes a hidden input. */
  #capture(tensor: RecordedTensor): ValueId {
    const owner = tensor.recorder
    if (!(owner instanceof TapeRecorder) || !owner.open || owner.level > this.level) throw escaped(tensor)
    const known = this.captured.get(tensor)
    if (known !== undefined) return known
    const { id } = this.input({ name: `captured.${tensor.origin}`, shape: tensor.shape, dtype: tensor.dtype })
    this.captured.set(tensor, id)
    return id
  }

  #constant(tensor: AnyTensor): ValueId {
    const known = this.#known.get(tensor)
    if (known !== undefined) return known
    const path = parameterPath(tensor)
    if (path !== undefined && !this.#capturesParameters)
      throw new Error(
        `record: the parameter ${path} ${showShape(tensor.shape)} is used inside the function without being ` +
          'one of its arguments, so it would never change: pass it as an argument',
      )
    const id = this.#value(tensor)
    this.#known.set(tensor, id)
    this.constants.push({ id, name: `constant${this.constants.length}`, tensor })
    return id
  }
}

const escaped = (tensor: RecordedTensor): Error =>
  new Error(
    `record: a tensor ${showShape(tensor.shape)} (made by ${tensor.origin}) is used after the recording that it ` +
      'belongs to has ended: return it from the recorded function instead',
  )

/**
 * Runs `f` on stand-ins for its inputs and returns what it did as a tape. Inside, a tensor of an enclosing
 * recording becomes a hidden input, a concrete tensor a named constant; a concrete parameter is an error.
 * Functions of trees are recorded by `recordFunction`.
 *
 * ```ts
 * const { tape } = record(([x]) => [bind('exp', [x!], {})], [{ name: 'x', shape: [2], dtype: 'f32' }])
 * tape.applications.length // → 1
 * ```
 *
 * Throws when a tensor of a recording is used after that recording has ended.
 */
export const record = (
  f: (inputs: readonly AnyTensor[]) => readonly AnyTensor[],
  inputs: readonly InputSpec[],
  { capturesParameters = false }: RecordOptions = {},
): Recording => {
  const recorder = new TapeRecorder(++depth, capturesParameters)
  try {
    const results = recordingWith(recorder, () => f(inputs.map((input) => recorder.input(input))))
    const outputs = results.map((result) => recorder.lift(result))
    const { values, constants, applications } = recorder
    const tape = { values, inputs: recorder.inputs, constants, applications, outputs }
    return { tape, captured: [...recorder.captured.keys()] }
  } finally {
    recorder.open = false
    depth--
  }
}
