export {
  type AdversarialHyper,
  type AdversarialObjectives,
  adversarialStep,
  optimizersOfPlayers,
  type PlayerEvaluation,
  type Players,
} from './adversarial.ts'
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint, type Notes } from './checkpoint.ts'
export { firstNonFinite } from './divergence.ts'
export { type EpochBatches, type Figures, type Training, type TrainingEvent, train } from './loop.ts'
export { type AdamOptions, type AdamState, scaleByAdam } from './optim/adam.ts'
export { chain } from './optim/chain.ts'
export { scaleByLearningRate } from './optim/learning-rate.ts'
export { adam, applyUpdates, sgd } from './optim/optimizers.ts'
export type { OptimizerHyper, Stateless, Transform } from './optim/transform.ts'
export { onHost, type Progress, startOf } from './progress.ts'
export {
  residentParts,
  type Step,
  type StepObjective,
  type StepResult,
  type TrainingState,
  trainingStep,
  type Weighted,
} from './step.ts'
