import type { Chance } from '../chance';
import { DIALECTS, DIGITS } from './dialects';
import type { Said } from './dialects';
import { Meter, whOf, wholeWh } from './meter';
import { STATIONS, drawPublications, pricePerWhOf } from './publications';
import type { Publishable } from './publications';
import { drawStory } from './story';
import type { Story, Telling } from './story';

/** What a session really was. */
export interface Truth extends Pick<Story, 'startedAt' | 'isWhole' | 'startWh' | 'endWh'> {
  readonly station: string;
  readonly energyWh: string;
  /** What it costs without tax, in ten-thousandths of a EUR; undefined where no tariff holds. */
  readonly costs: bigint | undefined;
}

/** All that happens on the stations of one world: what is told of it, and what is true. */
export interface Evidence {
  readonly said: readonly Said[];
  readonly poison: readonly string[];
  /** What is published meanwhile, in this order. */
  readonly publications: readonly Publishable[];
  readonly truths: readonly Truth[];
  /** Whether a station uses the id of a transaction again. */
  readonly hasReusedId: boolean;
}

/** When the first session begins; the ledger hears of it a month later. */
const FIRST_START_MS = Date.parse('2026-05-01T06:00:00.000Z');

/** What a session costs before its energy, in ten-thousandths of a EUR. */
const FLAT = 10_000n;

/** Draws the sessions of a few stations, one after the other on each, with registers in exact decimals. */
export function drawEvidence(chance: Chance): Evidence {
  const said: Said[] = [];
  const truths: Truth[] = [];
  let hasReusedId = false;
  const publications = drawPublications(chance);
  for (const station of STATIONS.slice(0, chance.between(1, STATIONS.length))) {
    const dialect = chance.pick(DIALECTS);
    const meter = new Meter(chance, chance.pick(DIGITS[dialect]), FIRST_START_MS);
    const sessions = chance.between(1, 3);
    const ids = dialect === 'ocpp1.6' && chance.happens(0.2) ? 1 : sessions;
    hasReusedId ||= ids < sessions;
    const stories: Story[] = [];
    for (let number = 0; number < sessions; number += 1) {
      const transaction = `${dialect === 'ocpp1.6' ? '' : 'tx-'}${1_000 + (number % ids)}`;
      const story = drawStory(chance, meter, drawTelling(chance, { station, transaction, dialect }));
      said.push(...story.said);
      stories.push(story);
    }
    // Where one of several sessions of the same id is flawed, the ledger may hold all of them.
    const areWhole = ids === sessions || stories.every(({ isWhole }) => isWhole);
    truths.push(
      ...stories.map((story) => truthOf(station, { ...story, isWhole: story.isWhole && areWhole }, publications)),
    );
  }
  const poison = chance.happens(0.3) ? [`{"id":"poison-${chance.below(3)}",`] : [];
  return { said, poison, publications, truths, hasReusedId };
}

function drawTelling(chance: Chance, who: Pick<Telling, 'station' | 'transaction' | 'dialect'>): Telling {
  return {
    ...who,
    isNumbered: who.dialect === 'ocpp2.0.1' || (who.dialect === 'normalised' && chance.happens(0.8)),
    card: chance.happens(0.15) ? `CARD-${chance.below(3)}` : undefined,
    unnamed: chance.happens(0.2) ? chance.between(1, 4) : undefined,
  };
}

function truthOf(station: string, story: Story, publications: readonly Publishable[]): Truth {
  const { startedAt, isWhole, startWh, endWh, nanoWh } = story;
  const price = pricePerWhOf(publications, { station, startedAt });
  const costs = price === undefined ? undefined : FLAT + wholeWh(nanoWh) * price;
  return { station, startedAt, isWhole, startWh, endWh, energyWh: whOf(nanoWh), costs };
}
