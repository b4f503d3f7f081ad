import fc from 'fast-check';

/** The seed of all property tests, so that a run can be repeated; `PROPERTY_SEED=random` draws another one each time. */
const SEED_DEFAULT = '20261126';

const given = process.env['PROPERTY_SEED'] ?? SEED_DEFAULT;
if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(given) });
