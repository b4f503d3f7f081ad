import type { Statement } from '@ledger/meter';
import { OutcomeUnknown, RevisionConflict } from '@ledger/ports';
import type { Assessment } from '@ledger/session';
import type { DecimalText } from '@ledger/units';

import { rememberingStore } from './forgetful-writer';
import { LEDGER } from './product';
import type { Product } from './product';
import {
  chargedNothing,
  commitFirst,
  withAppend,
  withAssessments,
  withModel,
  withPublish,
  withStatements,
  withoutFacts,
} from './spoiled';

/** A bug that somebody could write: the ledger with one part of it wrong, and the breach by which it has to show. */
export interface PlantedBug {
  readonly product: Product;
  readonly shows: RegExp;
}

/** Events that a store loses which did not sync them. */
const UNSYNCED = 3;

/** The bugs that the simulator has to notice. */
export const PLANTED: Readonly<Record<string, PlantedBug>> = {
  'commits the offset before it appends': {
    shows: /^I1: .* stands at 0 places/,
    product: { ...LEDGER, fold: async (ports, batch) => LEDGER.fold(ports, await commitFirst(batch)) },
  },
  'commits what gateways wrote before it is accepted': {
    shows: /^I11: .* was acknowledged and has no verdict/,
    product: {
      ...LEDGER,
      takeGatewayMessages: async (ports, sender, batch) =>
        LEDGER.takeGatewayMessages(ports, sender, await commitFirst(batch)),
    },
  },
  'tells repetitions by the message id instead of the content': {
    shows: /^I1: .* stands at 2 places/,
    product: withStatements(namedByMessage),
  },
  'counts a stop twice that is sent again': {
    shows: /^I1: .*ended.* stands at 2 places/,
    product: withStatements((statement) => (statement.kind === 'ended' ? namedByMessage(statement) : statement)),
  },
  'drops the final reading': {
    shows: /^I3: .* Wh, told is/,
    product: withStatements(withoutFinalReading),
  },
  'takes an unknown outcome for done': {
    shows: /^I1: .* stands at 0 places/,
    product: withAppend((store, stream, expected, events) =>
      store.append(stream, expected, events).catch((error: unknown) => {
        if (!(error instanceof OutcomeUnknown)) throw error;
        return (expected === 'none' ? -1n : expected) + BigInt(events.length);
      }),
    ),
  },
  'keeps the head after an unknown outcome': {
    shows: /^I1: .* stands at 0 places/,
    product: { ...LEDGER, store: rememberingStore },
  },
  'appends at whatever revision there is': {
    shows: /^I2: .* prev-mismatch/,
    product: withAppend((store, stream, expected, events) =>
      store.append(stream, expected, events).catch((error: unknown) => {
        if (!(error instanceof RevisionConflict)) throw error;
        return store.append(stream, error.actual, events);
      }),
    ),
  },
  'appends only the first of several events': {
    shows: /^(I1: .* stands at 0 places|I2: )/,
    product: withAppend(async (store, stream, expected, events) => {
      await store.append(stream, expected, events.slice(0, 1));
      return (expected === 'none' ? -1n : expected) + BigInt(events.length);
    }),
  },
  'counts energy in floating point': {
    shows: /^I3: the meter of/,
    product: withAssessments(inFloats),
  },
  "bills the register of the meter's whole life": {
    shows: /^I3: .* gave .* Wh, told is/,
    product: withAssessments((assessment) => {
      const { registerEndWh: energyWh } = assessment;
      return energyWh === undefined ? assessment : { ...assessment, energyWh };
    }),
  },
  'ignores what comes after a session was closed': {
    shows: /^I4: .* knows more than its last assessment/,
    product: withoutFacts(({ type }) => type === 'SessionAmended'),
  },
  'drops statements that contradict others': {
    shows: /^I1: .* stands at 0 places/,
    product: withoutFacts(({ type }) => type === 'StatementConflicted'),
  },
  'leaves what moved where it was': {
    shows: /^I1: .* stands at [2-9] places/,
    product: withoutFacts(({ type }) => type === 'StatementsWithdrawn'),
  },
  'never closes a session': {
    shows: /^I3: .* Wh, told is \?/,
    product: withoutFacts(({ type }) => type === 'SessionClosed' || type === 'SessionAmended'),
  },
  'answers before it is synced, and loses the newest when the power fails': {
    shows: /^defect: .*the store is not the one that was followed/,
    product: { ...LEDGER, powerFails: ({ log }) => log.loseNewest(UNSYNCED) },
  },
  'stores the checkpoint before the rows': {
    shows: /^I6: /,
    product: withModel((model) => ({
      apply: async ({ changes, ...batch }) => {
        await model.apply({ ...batch, changes: [] });
        await model.apply({ ...batch, expected: batch.position, changes });
      },
    })),
  },
  'charges nothing where no tariff holds': {
    shows: /^costs: .* has no tariff and is charged/,
    product: withModel((model) => ({
      apply: (batch) => {
        const changes = batch.changes.map((change) =>
          change.kind === 'put' && change.table === 'charges' ? { ...change, row: chargedNothing(change.row) } : change,
        );
        return model.apply({ ...batch, changes });
      },
    })),
  },
  'leaves prices as they are when a tariff changes': {
    shows: /^costs: .* asked is/,
    product: withModel((model) => ({
      page: (query) =>
        query.table === 'sessions' && query.order === 'by-id' ? Promise.resolve({ rows: [] }) : model.page(query),
    })),
  },
  'goes on when a receipt could not be published': {
    shows: /^I11: .* has no verdict/,
    product: withPublish(async (feed, topic, messages) => {
      const published = feed.publish(topic, messages);
      await (topic === 'meter-receipts' ? published.catch(() => undefined) : published);
    }),
  },
  'throws away what it cannot read': {
    shows: /^I1: .* is not in quarantine/,
    product: withPublish((feed, topic, messages) =>
      topic === 'meter-quarantine' ? Promise.resolve() : feed.publish(topic, messages),
    ),
  },
  'lets the hour of arrival decide when a session was': {
    shows: /^I5: /,
    product: withStatements((statement) =>
      statement.kind === 'ended' ? { ...statement, at: statement.receivedAt } : statement,
    ),
  },
};

function namedByMessage(statement: Statement): Statement {
  return { ...statement, identity: `message/${statement.tenant}/${statement.gateway}/${statement.messageId}` };
}

function withoutFinalReading(statement: Statement): Statement {
  if (statement.kind !== 'ended') return statement;
  const { register, ...others } = statement;
  return { ...others, readings: [] };
}

function inFloats(assessment: Assessment): Assessment {
  const { registerStartWh, registerEndWh } = assessment;
  if (registerStartWh === undefined || registerEndWh === undefined) return assessment;
  return { ...assessment, energyWh: `${+registerEndWh - +registerStartWh}` as DecimalText };
}
