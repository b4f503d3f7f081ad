import type { Mutable } from './mutable';
import type { MeteredValue, Reading, Statement } from './statement';
import { MEASURANDS, READING_CONTEXTS, TRIGGER_REASONS } from './vocabulary';

/** The words of OCPP by themselves: the one copy of each that all statements in memory point to. */
const WORDS: ReadonlyMap<string, string> = new Map(
  [...MEASURANDS.keys(), ...READING_CONTEXTS, ...TRIGGER_REASONS].map((word): [string, string] => [word, word]),
);

/**
 * Puts the shared copy in place of each word that a parsed statement repeats: a parser makes a new text of every value, and the
 * ledger holds tens of thousands of statements. A reading of the statement's own moment points to the same text of it. Nothing that
 * a statement says changes.
 */
export function shareTexts(statement: Mutable<Statement>): Statement {
  const { at, trigger } = statement;
  if (trigger !== undefined) statement.trigger = WORDS.get(trigger) ?? trigger;
  for (const reading of statement.readings as readonly Mutable<Reading>[]) {
    reading.context = (WORDS.get(reading.context) ?? reading.context) as Reading['context'];
    if (reading.at === at) reading.at = at;
    for (const value of reading.values as readonly Mutable<MeteredValue>[]) {
      value.measurand = WORDS.get(value.measurand) ?? value.measurand;
    }
  }
  return statement;
}
