import { parseInstant, isDecimalText } from '@ledger/units';
import { ASSESSMENT_VERSION, type Assessment, type Hold } from './assessment';
import type { EndBound } from './events';
import {
  checkCount,
  checkDecimals,
  checkInstants,
  checkTexts,
  checkVersion,
  checkWord,
  flag,
  inside,
  list,
  optionalText,
  text,
  texts,
  wrong,
  type Place,
} from './stored-fields';

/** The assessment of a stored event, checked. @throws SessionEventUnreadable */
export function assessmentIn(event: Place): Assessment {
  const place = inside(event, 'assessment');
  checkVersion(place, 'v', ASSESSMENT_VERSION);
  checkTexts(place, ['session', 'tenant', 'station', 'transaction'], ['evse', 'connector', 'stopReason']);
  checkInstants(place, ['startedAt', 'endedAt']);
  flag(place, 'hasStart');
  flag(place, 'hasEnd');
  checkWord(place, 'energy', ['metered', 'unmetered']);
  checkDecimals(
    place,
    ['chargingSeconds', 'idleSeconds', 'suspendedSeconds'],
    ['energyWh', 'exportedWh', 'registerStartWh', 'registerEndWh'],
  );
  list(place, 'periods').forEach(checkPeriod);
  texts(place, 'gaps');
  for (const finding of list(place, 'findings')) {
    checkTexts(finding, ['code', 'because'], ['value', 'bound']);
    checkInstants(finding, [], ['at']);
  }
  holdsIn(place);
  checkCount(place, 'statements');
  return place.fields as unknown as Assessment;
}

function checkPeriod(period: Place): void {
  checkInstants(period, ['startedAt', 'endedAt']);
  checkDecimals(period, ['energyWh'], ['powerW', 'currentA']);
  checkWord(period, 'state', ['charging', 'idle', 'suspended']);
}

/** The holds of a stored event or assessment, checked. @throws SessionEventUnreadable */
export function holdsIn(place: Place): readonly Hold[] {
  return list(place, 'holds').map((hold) => ({
    rule: text(hold, 'rule'),
    because: text(hold, 'because'),
    ...optionalText(hold, 'value'),
    ...optionalText(hold, 'bound'),
  }));
}

/** The bound of a stored event as a member, if it has one. @throws SessionEventUnreadable */
export function boundIn(event: Place): { readonly bound?: EndBound } {
  if (event.fields['bound'] === undefined) return {};
  const place = inside(event, 'bound');
  const at = parseInstant(text(place, 'at')) ?? wrong(place, 'at', 'a UTC instant');
  if (place.fields['registerWh'] === undefined) return { bound: { at } };
  const registerWh = text(place, 'registerWh');
  return {
    bound: { at, registerWh: isDecimalText(registerWh) ? registerWh : wrong(place, 'registerWh', 'decimal text') },
  };
}
