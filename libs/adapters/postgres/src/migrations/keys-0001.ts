/** The keys of subjects, wrapped, in base64. An erased subject stays without its key. An applied migration is never edited. */
export const keys0001 = `
CREATE TABLE peppers (
  tenant text COLLATE "C" PRIMARY KEY,
  wrapped text COLLATE "C" NOT NULL
);
CREATE TABLE subjects (
  subject text COLLATE "C" PRIMARY KEY,
  tenant text COLLATE "C" NOT NULL,
  lookup text COLLATE "C",
  wrapped text COLLATE "C",
  made_at text COLLATE "C" NOT NULL,
  erased_at text COLLATE "C",
  UNIQUE (tenant, lookup)
);
`;
