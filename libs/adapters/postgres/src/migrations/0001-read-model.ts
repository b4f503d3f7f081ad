/**
 * The tables of the read model. Text is ordered by its UTF-8 bytes (COLLATE "C"), as the embedded adapter orders it.
 * `body` is text and no jsonb, because its bytes are what was hashed. An applied migration is never edited.
 */
export const readModel0001 = `
CREATE TABLE checkpoints (
  projection text COLLATE "C" PRIMARY KEY,
  position numeric NOT NULL CHECK (position = trunc(position)),
  moved_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE sessions (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  station text COLLATE "C",
  connector text COLLATE "C",
  status text COLLATE "C",
  subject text COLLATE "C",
  location text COLLATE "C",
  due_at text COLLATE "C",
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX sessions_sort ON sessions (tenant, sort, id);
CREATE INDEX sessions_station ON sessions (tenant, station, sort, id) WHERE station IS NOT NULL;
CREATE INDEX sessions_status ON sessions (tenant, status, sort, id) WHERE status <> 'closed';
CREATE INDEX sessions_subject ON sessions (tenant, subject, sort, id) WHERE subject IS NOT NULL;
CREATE INDEX sessions_location ON sessions (tenant, location, sort, id) WHERE location IS NOT NULL;
CREATE INDEX sessions_due ON sessions (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE charges (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  charge text COLLATE "C",
  station text COLLATE "C",
  state text COLLATE "C",
  currency text COLLATE "C",
  location text COLLATE "C",
  tariff text COLLATE "C",
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
) WITH (fillfactor = 80);
CREATE INDEX charges_sort ON charges (tenant, sort, id);
CREATE INDEX charges_charge ON charges (tenant, charge) WHERE charge IS NOT NULL;
CREATE INDEX charges_station ON charges (tenant, station, sort, id) WHERE station IS NOT NULL;
CREATE INDEX charges_state ON charges (tenant, state, sort, id) WHERE state <> 'final';
CREATE INDEX charges_location ON charges (tenant, location, sort, id) WHERE location IS NOT NULL;
CREATE INDEX charges_tariff ON charges (tenant, tariff, sort, id) WHERE tariff IS NOT NULL;

CREATE TABLE receipts (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  gateway text COLLATE "C",
  message text COLLATE "C",
  verdict text COLLATE "C",
  session text COLLATE "C",
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX receipts_sort ON receipts (tenant, sort, id);
CREATE INDEX receipts_message ON receipts (tenant, message, gateway) WHERE message IS NOT NULL;
CREATE INDEX receipts_verdict ON receipts (tenant, verdict, sort, id) WHERE verdict <> 'recorded';
CREATE INDEX receipts_session ON receipts (tenant, session, sort, id) WHERE session IS NOT NULL;

CREATE TABLE quarantine (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  gateway text COLLATE "C",
  message text COLLATE "C",
  code text COLLATE "C",
  status text COLLATE "C",
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX quarantine_sort ON quarantine (tenant, sort, id);
CREATE INDEX quarantine_message ON quarantine (tenant, message, gateway) WHERE message IS NOT NULL;
CREATE INDEX quarantine_status ON quarantine (tenant, status, sort, id) WHERE status IS NOT NULL;

CREATE TABLE locations (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX locations_sort ON locations (tenant, sort, id);

CREATE TABLE tariffs (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX tariffs_sort ON tariffs (tenant, sort, id);

CREATE TABLE assignments (
  tenant text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sort text COLLATE "C" NOT NULL,
  tariff text COLLATE "C",
  amount numeric,
  quantity numeric,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX assignments_sort ON assignments (tenant, sort, id);
CREATE INDEX assignments_tariff ON assignments (tenant, tariff, sort, id) WHERE tariff IS NOT NULL;
`;
