import type { Chance } from '../chance';
import { renamed, saying } from './dialects';
import type { Dialect, Moment, Said } from './dialects';
import { whOf } from './meter';
import type { Meter } from './meter';

/** What is told of one session, and what it really was. */
export interface Story {
  readonly said: readonly Said[];
  readonly startedAt: string;
  /** Whether start, end and all numbers between them are told, without contradiction. */
  readonly isWhole: boolean;
  readonly startWh: string;
  readonly endWh: string;
  /** In billionths of a Wh. */
  readonly nanoWh: bigint;
}

/** Whose session it is, and how it is told. */
export interface Telling {
  readonly station: string;
  readonly transaction: string;
  readonly dialect: Dialect;
  readonly isNumbered: boolean;
  /** A card that the start names. */
  readonly card: string | undefined;
  /** The message in between that names no transaction, by its place. */
  readonly unnamed: number | undefined;
}

/** Draws one session on a meter, and the time until the next one. */
export function drawStory(chance: Chance, meter: Meter, telling: Telling): Story {
  const steps = chance.between(2, 6);
  const [startedAt, startNano] = [meter.at, meter.nano];
  const told: Said[] = [];
  let seqNo = 0;
  for (let step = 0; step < steps; step += 1) {
    const kind = step === 0 ? 'started' : step === steps - 1 ? 'ended' : 'updated';
    const isUnnamed = kind === 'updated' && step === telling.unnamed;
    told.push(...saying(telling.dialect, momentOf(meter, telling, { kind, seqNo, isUnnamed })));
    if (!isUnnamed) seqNo += 1;
    if (step < steps - 1) meter.pass(chance.between(10, 40), 5_000);
  }
  const endNano = meter.nano;
  const flawed = drawFlaws(chance, told, telling, momentOf(meter, telling, { kind: 'ended', seqNo: seqNo - 1 }));
  meter.pass(chance.between(15, 90), chance.happens(0.2) ? 2_000 : 1);
  return { ...flawed, startedAt, startWh: whOf(startNano), endWh: whOf(endNano), nanoWh: endNano - startNano };
}

function momentOf(
  { at, wh }: Meter,
  { station, transaction, isNumbered, card }: Telling,
  { kind, seqNo, isUnnamed = false }: { kind: Moment['kind']; seqNo: number; isUnnamed?: boolean },
): Moment {
  const number = isNumbered ? seqNo : undefined;
  return { station, transaction, at, wh, kind, isUnnamed, seqNo: number, card: kind === 'started' ? card : undefined };
}

/** Some sessions lose their end, their beginning or one in the middle, and some contradict themselves. */
function drawFlaws(
  chance: Chance,
  told: readonly Said[],
  { dialect, isNumbered }: Telling,
  end: Moment,
): Pick<Story, 'said' | 'isWhole'> {
  const flaw = chance.share();
  if (flaw < 0.1) return { said: told.slice(0, -1), isWhole: false };
  if (flaw < 0.17 && told.length > 3 && isNumbered) return { said: told.toSpliced(2, 1), isWhole: false };
  if (flaw < 0.22) return { said: told.slice(1), isWhole: false };
  if (flaw < 0.3 && (isNumbered || dialect === 'ocpp1.6')) {
    const other = saying(dialect, { ...end, wh: `${end.wh}7` }).map((said) => renamed(said, 'other'));
    return { said: [...told, ...other], isWhole: false };
  }
  return { said: told, isWhole: true };
}
