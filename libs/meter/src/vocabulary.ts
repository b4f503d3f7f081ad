import type { ChargingState, ReadingContext } from './statement';

/** The charging states of the wire (OCPP 2.0.1, ChargingStateEnumType). */
export const CHARGING_STATES = [
  'charging',
  'ev-connected',
  'suspended-ev',
  'suspended-evse',
  'idle',
] as const satisfies readonly ChargingState[];

/** OCPP ReadingContext. */
export const READING_CONTEXTS = [
  'Interruption.Begin',
  'Interruption.End',
  'Other',
  'Sample.Clock',
  'Sample.Periodic',
  'Transaction.Begin',
  'Transaction.End',
  'Trigger',
] as const satisfies readonly ReadingContext[];

/** What makes a station send a TransactionEvent (OCPP 2.0.1 and 2.1, TriggerReasonEnumType); other words are taken as they come. */
export const TRIGGER_REASONS: readonly string[] = `
  AbnormalCondition Authorized CablePluggedIn ChargingRateChanged ChargingStateChanged CostLimitReached Deauthorized EnergyLimitReached
  EVCommunicationLost EVConnectTimeout EVDeparted EVDetected LimitSet MeterValueClock MeterValuePeriodic OperationModeChanged RemoteStart
  RemoteStop ResetCommand RunningCost SignedDataReceived SoCLimitReached StopAuthorized TariffChanged TariffNotAccepted TimeLimitReached
  Trigger TxResumed UnlockCommand
`
  .trim()
  .split(/\s+/);

/** OCPP Phase. Absent means the total of all phases. */
export const PHASES = ['L1', 'L2', 'L3', 'N', 'L1-N', 'L2-N', 'L3-N', 'L1-L2', 'L2-L3', 'L3-L1'] as const;

/** OCPP Location (`Upstream` since 2.1). `Outlet` is the default and is not written down. */
export const LOCATIONS = ['Body', 'Cable', 'EV', 'Inlet', 'Outlet', 'Upstream'] as const;

/** How a signed record is written down. */
export const SIGNED_ENCODINGS = ['plain', 'base64', 'hex'] as const;

/** What a measurand measures; it decides which units fit. */
export type Quantity =
  | 'energy'
  | 'reactive-energy'
  | 'apparent-energy'
  | 'power'
  | 'reactive-power'
  | 'current'
  | 'voltage'
  | 'percent'
  | 'temperature'
  | 'frequency'
  | 'rotation'
  | 'duration'
  | 'number';

/** A unit as sent: the base unit it is turned into, and the power of ten between them. */
export interface UnitScale {
  readonly base: string;
  readonly shift: number;
}

const scale = (base: string, shift = 0): UnitScale => ({ base, shift });

/**
 * The units that fit each quantity; the first is the default where OCPP gives one. Temperatures keep their own scale: there
 * is no exact decimal for all of Fahrenheit. `Celcius` is how OCPP 1.6 first spelled it.
 */
export const UNITS: Readonly<Record<Quantity, ReadonlyMap<string, UnitScale>>> = {
  energy: new Map([
    ['Wh', scale('Wh')],
    ['kWh', scale('Wh', 3)],
    ['MWh', scale('Wh', 6)],
  ]),
  'reactive-energy': new Map([
    ['varh', scale('varh')],
    ['kvarh', scale('varh', 3)],
  ]),
  'apparent-energy': new Map([
    ['VAh', scale('VAh')],
    ['kVAh', scale('VAh', 3)],
  ]),
  power: new Map([
    ['W', scale('W')],
    ['kW', scale('W', 3)],
    ['VA', scale('VA')],
    ['kVA', scale('VA', 3)],
  ]),
  'reactive-power': new Map([
    ['var', scale('var')],
    ['kvar', scale('var', 3)],
  ]),
  current: new Map([['A', scale('A')]]),
  voltage: new Map([['V', scale('V')]]),
  percent: new Map([['Percent', scale('Percent')]]),
  temperature: new Map([
    ['Celsius', scale('Celsius')],
    ['Celcius', scale('Celsius')],
    ['Fahrenheit', scale('Fahrenheit')],
    ['K', scale('K')],
  ]),
  frequency: new Map([['Hz', scale('Hz')]]),
  rotation: new Map([['RPM', scale('RPM')]]),
  duration: new Map([['s', scale('s')]]),
  number: new Map([['1', scale('1')]]),
};

const ENERGY = [
  'Energy.Active.Import.Register',
  'Energy.Active.Import.Interval',
  'Energy.Active.Export.Register',
  'Energy.Active.Export.Interval',
  'Energy.Active.Import.CableLoss',
  'Energy.Active.Import.LocalGeneration.Register',
  'Energy.Active.Net',
  'Energy.Active.Setpoint.Interval',
  'EnergyRequest.Target',
  'EnergyRequest.Minimum',
  'EnergyRequest.Maximum',
  'EnergyRequest.Minimum.V2X',
  'EnergyRequest.Maximum.V2X',
  'EnergyRequest.Bulk',
  'Display.BatteryEnergyCapacity',
] as const;

const POWER = [
  'Power.Active.Import',
  'Power.Active.Export',
  'Power.Active.Setpoint',
  'Power.Active.Residual',
  'Power.Offered',
  'Power.Import.Offered',
  'Power.Import.Minimum',
  'Power.Export.Offered',
  'Power.Export.Minimum',
] as const;

const REACTIVE_ENERGY = [
  'Energy.Reactive.Import.Register',
  'Energy.Reactive.Import.Interval',
  'Energy.Reactive.Export.Register',
  'Energy.Reactive.Export.Interval',
  'Energy.Reactive.Net',
] as const;

const CURRENT = [
  'Current.Import',
  'Current.Import.Offered',
  'Current.Import.Minimum',
  'Current.Export',
  'Current.Export.Offered',
  'Current.Export.Minimum',
  'Current.Offered',
] as const;

const DURATION = [
  'Display.RemainingTimeToMinimumSOC',
  'Display.RemainingTimeToTargetSOC',
  'Display.RemainingTimeToMaximumSOC',
] as const;

const MEASURANDS_BY_QUANTITY: Readonly<Record<Quantity, readonly string[]>> = {
  energy: ENERGY,
  'reactive-energy': REACTIVE_ENERGY,
  'apparent-energy': ['Energy.Apparent.Import', 'Energy.Apparent.Export', 'Energy.Apparent.Net'],
  power: POWER,
  'reactive-power': ['Power.Reactive.Import', 'Power.Reactive.Export'],
  current: CURRENT,
  voltage: ['Voltage', 'Voltage.Minimum', 'Voltage.Maximum'],
  percent: ['SoC', 'Display.PresentSOC', 'Display.MinimumSOC', 'Display.TargetSOC', 'Display.MaximumSOC'],
  temperature: ['Temperature'],
  frequency: ['Frequency'],
  rotation: ['RPM'],
  duration: DURATION,
  number: ['Power.Factor', 'Display.ChargingComplete', 'Display.InletHot'],
};

/** Every measurand of OCPP 1.6, 2.0.1 and 2.1, and what it measures. */
export const MEASURANDS: ReadonlyMap<string, Quantity> = new Map(
  (Object.keys(MEASURANDS_BY_QUANTITY) as Quantity[]).flatMap((quantity) =>
    MEASURANDS_BY_QUANTITY[quantity].map((measurand): [string, Quantity] => [measurand, quantity]),
  ),
);

/** Measurands that count in one direction: a value below zero is refused. */
export const NEVER_NEGATIVE: ReadonlySet<string> = new Set([
  'Energy.Active.Import.Register',
  'Energy.Active.Import.Interval',
  'Energy.Active.Export.Register',
  'Energy.Active.Export.Interval',
  'Energy.Active.Import.LocalGeneration.Register',
]);

/** Quantities whose unit a normalised event has to name: a register read in the wrong unit is a wrong bill. */
export const UNIT_REQUIRED: ReadonlySet<Quantity> = new Set<Quantity>(['energy', 'reactive-energy', 'apparent-energy']);
