import type { Chance } from '../chance';
import { meterEvent } from '../../support/events';
import type { TestEvent } from '../../support/events';

/** One thing that a gateway has to say, until somebody acknowledges it. */
export interface Said {
  readonly event: TestEvent;
  /** Whether it stays the same when it is sent under another id. */
  readonly mayChangeId: boolean;
}

/** What a session really was. */
export interface Truth {
  readonly station: string;
  readonly transaction: string;
  /** Whether start, end and all numbers between them are told, without contradiction. */
  readonly isWhole: boolean;
  readonly startWh: string;
  readonly endWh: string;
  readonly energyWh: string;
}

/** All that happens on the stations of one world: what is told of it, and what is true. */
export interface Evidence {
  readonly said: readonly Said[];
  readonly poison: readonly string[];
  readonly truths: readonly Truth[];
}

/** Stations of a world. */
export const STATIONS = ['ST-1', 'ST-2', 'ST-3'] as const;

const MINUTE_MS = 60_000;
/** When the first session begins; the ledger hears of it a month later. */
const FIRST_START_MS = Date.parse('2026-05-01T06:00:00.000Z');

/** Draws the sessions of a few stations, one after the other on each, with registers in exact decimals. */
export function drawEvidence(chance: Chance): Evidence {
  const said: Said[] = [];
  const truths: Truth[] = [];
  for (const station of STATIONS.slice(0, chance.between(1, STATIONS.length))) {
    const meter = new Meter(chance);
    const sessions = chance.between(1, 3);
    for (let number = 0; number < sessions; number += 1) {
      const story = drawSession(chance, meter, { station, transaction: `tx-${number}` });
      said.push(...story.said);
      truths.push(story.truth);
    }
  }
  const poison = chance.happens(0.3) ? [`{"id":"poison-${chance.below(3)}",`] : [];
  return { said, poison, truths };
}

/** A register that only rises, in billionths of a Wh, and the time that it shows it. */
class Meter {
  private nanoWh: bigint;
  private now = FIRST_START_MS;
  private readonly digits: number;

  constructor(private readonly chance: Chance) {
    this.nanoWh = BigInt(chance.below(9_000_000)) * 1_000_000_000n;
    this.digits = chance.pick([0, 3, 9]);
  }

  get at(): string {
    return new Date(this.now).toISOString();
  }

  get wh(): string {
    return whOf(this.nanoWh);
  }

  get nano(): bigint {
    return this.nanoWh;
  }

  pass(minutes: number, whMax: number): void {
    const unit = 10n ** BigInt(9 - this.digits);
    const rise = BigInt(this.chance.below(whMax)) * 1_000_000_000n + BigInt(this.chance.below(1_000_000_000));
    this.nanoWh += (rise / unit) * unit;
    this.now += minutes * MINUTE_MS;
  }
}

function whOf(nanoWh: bigint): string {
  const digits = nanoWh.toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}

interface Story {
  readonly said: readonly Said[];
  readonly truth: Truth;
}

function drawSession(chance: Chance, meter: Meter, who: { station: string; transaction: string }): Story {
  const steps = chance.between(2, 6);
  const isNumbered = chance.happens(0.8);
  const token = chance.happens(0.15) ? { token: { type: 'RFID', id: `CARD-${chance.below(3)}` } } : {};
  const startNano = meter.nano;
  const told: Said[] = [];
  for (let step = 0; step < steps; step += 1) {
    const kind = step === 0 ? 'started' : step === steps - 1 ? 'ended' : 'updated';
    const data = { ...(isNumbered ? { seqNo: step } : {}), ...(step === 0 ? token : {}) };
    const event = meterEvent({ ...who, kind, at: meter.at, registerWh: meter.wh, data });
    told.push({ event, mayChangeId: isNumbered || kind !== 'updated' });
    if (step < steps - 1) meter.pass(chance.between(10, 40), 5_000);
  }
  const endNano = meter.nano;
  const flaws = drawFlaws(chance, meter, { ...who, told, isNumbered });
  const { station, transaction } = who;
  const truth = {
    station,
    transaction,
    isWhole: flaws.isWhole,
    startWh: whOf(startNano),
    endWh: whOf(endNano),
    energyWh: whOf(endNano - startNano),
  };
  meter.pass(chance.between(15, 90), chance.happens(0.2) ? 2_000 : 1);
  return { said: flaws.said, truth };
}

interface Telling {
  readonly station: string;
  readonly transaction: string;
  readonly told: readonly Said[];
  readonly isNumbered: boolean;
}

/** Some sessions lose their end or one in the middle, and some contradict themselves. */
function drawFlaws(
  chance: Chance,
  meter: Meter,
  { told, isNumbered, ...who }: Telling,
): { said: readonly Said[]; isWhole: boolean } {
  const flaw = chance.share();
  if (flaw < 0.1) return { said: told.slice(0, -1), isWhole: false };
  if (flaw < 0.2 && told.length > 3 && isNumbered) return { said: told.toSpliced(2, 1), isWhole: false };
  if (flaw < 0.3 && isNumbered) {
    const seqNo = told.length - 1;
    const other = meterEvent({ ...who, kind: 'ended', at: meter.at, registerWh: `${meter.wh}7`, data: { seqNo } });
    return { said: [...told, { event: { ...other, id: `${other.id}/other` }, mayChangeId: true }], isWhole: false };
  }
  return { said: told, isWhole: true };
}
