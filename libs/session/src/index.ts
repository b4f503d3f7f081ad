export * from './assessment';
export * from './events';
export * from './holds';
export * from './key';
export * from './policy';
export * from './report';
export * from './session';
export type { Kept, KeptStatements } from './kept-statements';
export { assess, type AssessOptions } from './assess/assess';
export * from './closing';
export * from './plausibility';
export * from './stored';
export { SessionEventUnreadable } from './stored-fields';
export type {
  RegisterNoted,
  StartAnswered,
  StartRepeated,
  StatementAttributed,
  StatementKept,
  StationEvent,
  TransactionAliased,
  TransactionBound,
  TransactionEnded,
} from './station/events';
export { ANSWER_WAIT_MS, attribute, unanswered, type Attribution } from './station/attribute';
export type { Bounded, Released } from './station/bind';
export { boundOf, nextOf, previousOf } from './station/bindings';
export { noteClosed } from './station/note-closed';
export { evolveStation, unknownStation, type Binding, type Station, type Waiting } from './station/station';
export { readStationEvent, writeStationEvent } from './station/stored-station';
