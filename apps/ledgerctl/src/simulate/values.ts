import type { Charger } from './charger';
import { decimalOf, inSteps } from './counting';
import type { Moment } from './story';

/** One value as every format writes it: decimal text, unit and power of ten, phase. */
export interface Value {
  readonly measurand: string;
  readonly value: string;
  readonly unit?: string;
  readonly multiplier?: number;
  readonly phase?: string;
}

const SHIFTS = { Wh: 0, kWh: 3, 'Wh*1000': 3, none: 0 } as const;

/** The values of a moment, by the make of the charger. */
export function valuesOf(moment: Moment, charger: Charger): readonly Value[] {
  const { shown, exportedMwh, soc } = moment;
  return [
    ...(shown === undefined ? [] : registers('Energy.Active.Import.Register', shown.registerMwh, moment, charger)),
    ...(exportedMwh === undefined ? [] : registers('Energy.Active.Export.Register', exportedMwh, moment, charger)),
    ...(soc === undefined ? [] : [{ measurand: 'SoC', value: `${soc}`, unit: 'Percent' }]),
  ];
}

function registers(measurand: string, mwh: bigint, moment: Moment, charger: Charger): readonly Value[] {
  const shown = inSteps(mwh, charger.stepMwh);
  const write = (part: bigint, phase?: string): Value => ({
    measurand,
    value: decimalOf(part, SHIFTS[moment.unit]),
    ...unitOf(moment.unit),
    ...(phase === undefined ? {} : { phase }),
  });
  if (!charger.traits.has('phase-only')) return [write(shown)];
  if (charger.phases === 1) return [write(shown, 'L1')];
  // Each phase counts by itself and never falls; together they are the total to the last digit.
  return [2n, 1n, 0n].map((more, phase) => write((shown + more) / 3n, `L${phase + 1}`));
}

function unitOf(unit: Moment['unit']): Pick<Value, 'unit' | 'multiplier'> {
  if (unit === 'none') return {};
  return unit === 'Wh*1000' ? { unit: 'Wh', multiplier: 3 } : { unit };
}
