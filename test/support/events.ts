/** A meter event of the demo's kind, as a gateway sends it. */
export interface TestEvent {
  readonly [name: string]: unknown;
  readonly id: string;
}

/** What a test says about one event. */
export interface EventWords {
  readonly station?: string;
  readonly transaction?: string;
  readonly kind: 'started' | 'updated' | 'ended' | 'status';
  readonly at: string;
  readonly registerWh?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/** Makes a normalised CloudEvent; its id follows from what it says unless one is given. */
export function meterEvent(words: EventWords): TestEvent {
  const { station = 'ST-1', transaction = 'tx-1', kind, at, registerWh, data = {} } = words;
  const context = kind === 'started' ? 'Transaction.Begin' : kind === 'ended' ? 'Transaction.End' : undefined;
  const readings =
    registerWh === undefined
      ? []
      : [
          {
            at,
            ...(context === undefined ? {} : { context }),
            values: [{ measurand: 'Energy.Active.Import.Register', value: registerWh, unit: 'Wh' }],
          },
        ];
  return {
    specversion: '1.0',
    id: words.id ?? `${station}/${transaction}/${kind}/${at}`,
    source: '/gateways/gw-1',
    type: `ledger.meter.${kind}.v1`,
    subject: `${station}/1/1`,
    time: at,
    data: { transaction, readings, ...data },
  };
}

/** A whole session: begin, the registers in between, end. */
export function sessionEvents(words: {
  readonly station?: string;
  readonly transaction?: string;
  readonly registers: readonly (readonly [at: string, wh: string])[];
}): readonly TestEvent[] {
  const { registers, ...who } = words;
  return registers.map(([at, registerWh], index) => {
    const kind = index === 0 ? 'started' : index === registers.length - 1 ? 'ended' : 'updated';
    return meterEvent({ ...who, kind, at, registerWh, data: { seqNo: index } });
  });
}
