import type { Charger, FleetPlan } from './charger';
import { chargerOf } from './charger';

/** The OCPI Location of every charger: what a ledger has to know to tell possible from impossible power. */
export function* locationsOf(plan: FleetPlan): Generator<object> {
  for (let number = 0; number < plan.chargers; number += 1) yield locationOf(chargerOf(plan, number));
}

function locationOf(charger: Charger): object {
  const { station, connectors, kind, phases, powerMaxW } = charger;
  const since = '2020-01-01T00:00:00Z';
  const isDc = kind === 'fast';
  const connector = {
    id: '1',
    standard: isDc ? 'IEC_62196_T2_COMBO' : 'IEC_62196_T2',
    format: 'CABLE',
    power_type: isDc ? 'DC' : phases === 3 ? 'AC_3_PHASE' : 'AC_1_PHASE',
    max_voltage: isDc ? 800 : 230,
    max_amperage: Math.ceil(powerMaxW / (isDc ? 800 : 230 * phases)),
    max_electric_power: powerMaxW,
    last_updated: since,
  };
  return {
    country_code: 'DE',
    party_id: 'SIM',
    id: station,
    publish: false,
    name: station,
    address: 'Simulated road 1',
    city: 'Simulated',
    country: 'DEU',
    coordinates: { latitude: '47.66', longitude: '9.17' },
    time_zone: 'Europe/Berlin',
    last_updated: since,
    evses: Array.from({ length: connectors }, (_, at) => ({
      uid: `${station}*${at + 1}`,
      status: 'AVAILABLE',
      last_updated: since,
      connectors: [connector],
    })),
  };
}
