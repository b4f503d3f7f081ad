/** Why a message cannot become a statement. Public, kebab-case, never renamed. */
export type RefusalCode =
  | 'not-an-event'
  | 'specversion-unknown'
  | 'type-unknown'
  | 'subject-invalid'
  | 'gateway-mismatch'
  | 'field-missing'
  | 'field-unknown'
  | 'field-type'
  | 'field-too-long'
  | 'field-too-many'
  | 'field-invalid'
  | 'at-missing'
  | 'at-invalid'
  | 'at-in-future'
  | 'not-a-number'
  | 'number-out-of-range'
  | 'negative-register'
  | 'measurand-unknown'
  | 'unit-missing'
  | 'unit-unknown'
  | 'frame-malformed'
  | 'action-unknown';

/**
 * Carries a refusal from the place where it is found to the reader's entry, which turns it into a value; it never leaves
 * this module. The reason quotes no token, no record and no free text, so that it may be logged.
 */
export class Refused extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly pointer: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}
