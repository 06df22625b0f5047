export { batchTape } from './batching.ts'
export { type AnyFunction, type Compiled, type CompileOptions, compileWith } from './compile.ts'
export type { Donation, Engine, Executable, LoadOptions } from './engine.ts'
export { foldConstants } from './fold-constants.ts'
export { jvp } from './forward.ts'
export { type RecordedFunction, type RecordFunctionOptions, recordFunction } from './function.ts'
export {
  type Auxiliary,
  grad,
  type Loss,
  type NotScalar,
  type ScalarLoss,
  type ValueAndGrad,
  valueAndGrad,
} from './grad.ts'
export { applyIdentities } from './identities.ts'
export { evaluate, interpret, replay } from './interpret.ts'
export { jvpTape } from './jvp.ts'
export { type InputSpec, type Recording, type RecordOptions, record } from './recorder.ts'
export { referenceEngine } from './reference-engine.ts'
export { type Applied, type Replacement, type Rule, rewrite, type Site } from './rewrite.ts'
export { type BatchingContext, type BatchingRule, batchingRules } from './rules/batching.ts'
export { type JvpContext, type JvpRule, jvpRules, type Tangent } from './rules/jvp.ts'
export { type VjpContext, type VjpRule, vjpRules } from './rules/vjp.ts'
export { show } from './show.ts'
export { type GraphFormat, showGraph } from './show-graph.ts'
export { removeDeadCode, shareCommonSubexpressions, simplify } from './simplify.ts'
export type { Application, Tape, TapeConstant, TapeInput, ValueId } from './tape.ts'
export { vjpTape } from './vjp.ts'
export { type Batched, vmap } from './vmap.ts'
