import type { Chance } from './chance';
import type { Charger } from './charger';
import type { FaultName } from './faults';
import type { Moment, Told } from './story';

/** What happens to the messages of a session between the meter and the wire. */
interface Damage {
  readonly charger: Charger;
  readonly chance: Chance;
  readonly faults: ReadonlySet<FaultName>;
  /** The register of the meter's life at the start, in thousandths of a Wh. */
  readonly registerMwh: bigint;
  /** Another id of the same transaction. */
  readonly alias: string;
}

type Step = (told: readonly Told[], damage: Damage) => readonly Told[];

const STEPS: Readonly<Partial<Record<FaultName, Step>>> = {
  'begin-zero': beginZero,
  'register-impossible': impossible,
  'register-unknown': unknownEnd,
  'unit-missing': unitMissing,
  'transaction-reanswered': reanswered,
  'conflicting-stop': conflictingStop,
  'start-lost': (told) => lost(told, ({ kind }) => kind === 'start'),
  'stop-lost': (told) => lost(told, ({ kind }) => kind === 'stop'),
  'answer-lost': (told) => lost(told, ({ kind }) => kind === 'answer'),
  'samples-lost': samplesLost,
  'stop-unknown': (told) => lost(told, ({ kind }) => kind !== 'stop'),
};

/** Does to the messages what the faults of the session do, in the order in which they are listed. */
export function damaged(told: readonly Told[], damage: Damage): readonly Told[] {
  const named = damage.faults.has('transaction-missing') ? transactionMissing(told, damage) : told;
  return Object.entries(STEPS).reduce(
    (now, [name, step]) => (damage.faults.has(name as FaultName) ? step(now, damage) : now),
    damage.charger.format === 'ocpp1.6' ? named : numbered(named),
  );
}

/** Counts the messages that name their transaction, as OCPP 2.x does. */
function numbered(told: readonly Told[]): readonly Told[] {
  let seqNo = -1;
  return told.map((one) => {
    if (one.transaction === undefined) return one;
    seqNo += 1;
    return { ...one, seqNo };
  });
}

function lost(told: readonly Told[], isLost: (one: Told) => boolean): readonly Told[] {
  return told.map((one) => (isLost(one) ? { ...one, isLost: true } : one));
}

/** A life of the meter so short that nobody can tell it from the energy of one session is left alone. */
const LIFE_MIN_MWH = 40_000_000n;

function beginZero(told: readonly Told[], { registerMwh, charger }: Damage): readonly Told[] {
  if (registerMwh < LIFE_MIN_MWH || charger.traits.has('per-session-register')) return told;
  return told.map((one) => {
    if (one.kind !== 'start') return one;
    const register =
      one.register === undefined || one.register === 'unknown' ? {} : { register: falsely(one.register, 0n) };
    return { ...one, ...register, moments: one.moments.map((moment) => restated(moment, 0n)) };
  });
}

function falsely<Register extends NonNullable<Moment['shown']>>(shown: Register, registerMwh: bigint): Register {
  return { ...shown, registerMwh, isTrue: false };
}

function restated(moment: Moment, registerMwh: bigint): Moment {
  return moment.shown === undefined ? moment : { ...moment, shown: falsely(moment.shown, registerMwh) };
}

/** One register of a sample, or of the stop, that can not be: 6.82 MWh too high, or a thousandth of what it was. */
function impossible(told: readonly Told[], { chance }: Damage): readonly Told[] {
  const choice = chance.pick(['sample-high', 'sample-low', 'stop-high']);
  const samples = told.filter(({ kind }) => kind === (choice === 'stop-high' ? 'stop' : 'sample'));
  const struck = samples[chance.whole(0, Math.max(0, samples.length - 1))];
  const wrong = (mwh: bigint): bigint => (choice === 'sample-low' ? mwh / 1_000n : mwh + 6_820_000_000n);
  return told.map((one) => {
    if (one !== struck) return one;
    const { register } = one;
    const last = one.moments.at(-1);
    return {
      ...one,
      ...(register === undefined || register === 'unknown'
        ? {}
        : { register: falsely(register, wrong(register.registerMwh)) }),
      moments: one.moments.map((moment) =>
        moment === last && moment.shown !== undefined ? restated(moment, wrong(moment.shown.registerMwh)) : moment,
      ),
    };
  });
}

function unknownEnd(told: readonly Told[]): readonly Told[] {
  return told.map((one) => {
    if (one.kind !== 'stop') return one;
    return one.register === undefined ? { ...one, moments: [] } : { ...one, register: 'unknown' };
  });
}

function unitMissing(told: readonly Told[], { chance }: Damage): readonly Told[] {
  const struck = oneOf(told, chance);
  return told.map((one) => {
    if (one !== struck) return one;
    return { ...one, moments: one.moments.map((moment) => ({ ...moment, unit: 'none' as const })) };
  });
}

function oneOf(told: readonly Told[], chance: Chance): Told | undefined {
  const samples = told.filter(({ kind }) => kind === 'sample');
  return samples[chance.whole(0, Math.max(0, samples.length - 1))];
}

function transactionMissing(told: readonly Told[], { charger, chance }: Damage): readonly Told[] {
  const named = charger.format === 'ocpp1.6' ? chance.pick([undefined, '0', '-1']) : undefined;
  return told.map((one) => {
    const isForgotten = one.kind === 'sample' ? chance.happens(0.6) : one.kind === 'stop' && named === '-1';
    return isForgotten ? { ...one, transaction: named } : one;
  });
}

/** The start comes a second time under another message id, and its answer gives the transaction another id (OCPP 1.6). */
function reanswered(told: readonly Told[], { charger, chance, alias }: Damage): readonly Told[] {
  if (charger.format !== 'ocpp1.6') return told;
  const goesOn = chance.happens(0.5) ? alias : undefined;
  return told.flatMap((one): readonly Told[] => {
    if (one.kind === 'start') return [one, { ...one, call: 'second' }];
    if (one.kind === 'answer') return [one, { ...one, call: 'second', transaction: alias }];
    return [goesOn === undefined || one.transaction === undefined ? one : { ...one, transaction: goesOn }];
  });
}

function conflictingStop(told: readonly Told[], { chance }: Damage): readonly Told[] {
  const moreMwh = BigInt(chance.whole(1, 40)) * 100_000n;
  return told.flatMap((one): readonly Told[] => {
    if (one.kind !== 'stop') return [one];
    const { register } = one;
    const other: Told = {
      ...one,
      ...(register === undefined || register === 'unknown'
        ? {}
        : { register: falsely(register, register.registerMwh + moreMwh) }),
      moments: one.moments.map((moment) => {
        const { context, shown } = moment;
        const isEnd = context === 'Transaction.End' && shown !== undefined;
        return isEnd ? restated(moment, shown.registerMwh + moreMwh) : moment;
      }),
    };
    return [one, other];
  });
}

/** Up to half of the samples, in one stretch. */
function samplesLost(told: readonly Told[], { chance }: Damage): readonly Told[] {
  const samples = told.filter(({ kind }) => kind === 'sample');
  const first = chance.whole(0, Math.max(0, samples.length - 1));
  const gone = new Set(samples.slice(first, first + chance.whole(1, Math.max(1, Math.floor(samples.length / 2)))));
  return lost(told, (one) => gone.has(one));
}
