import { periodStateOf, type PeriodState } from '../assessment';
import type { Timed } from './clock';
import type { Frame } from './readings';

/** From this time on the station reported this state. */
export interface Transition {
  readonly time: number;
  readonly state: PeriodState;
}

/** The changes of state that the station reported within the session, each once. */
export function transitionsOf(timed: readonly Timed[], frame: Frame): readonly Transition[] {
  const latest = new Map<number, PeriodState>();
  for (const { time, statement } of timed) {
    if (statement.chargingState === undefined || time > frame.endMs) continue;
    latest.set(Math.max(time, frame.startMs), periodStateOf(statement.chargingState));
  }
  const stated = [...latest].map(([time, state]) => ({ time, state }));
  return stated.filter(({ state }, index) => stated[index - 1]?.state !== state);
}
