import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  validateSync,
} from 'class-validator';
import 'reflect-metadata';

const LOOPBACK = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])$/;
const HOST_AND_PORT = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/;

/** Everything that can be set from outside, validated once at start, then frozen. The table is in deploy/README.md. */
export class Settings {
  /** Folder of the embedded engines. One process owns it. */
  @IsString()
  @MaxLength(1_000)
  LEDGER_DATA = './data';

  /** Address and port to listen on. */
  @Matches(HOST_AND_PORT, { message: 'LEDGER_HTTP is host:port, such as 127.0.0.1:8080' })
  LEDGER_HTTP = '127.0.0.1:8080';

  /** Who may call: `off` serves everybody and listens on loopback only. */
  @IsIn(['off'], { message: 'LEDGER_AUTH can be off; with it an app listens on loopback only' })
  LEDGER_AUTH = 'off' as const;

  @IsIn(['embedded', 'kafka'])
  LEDGER_FEED: 'embedded' | 'kafka' = 'embedded';

  @ValidateIf((settings: Settings) => settings.LEDGER_FEED === 'kafka')
  @IsString({ message: 'KAFKA_BROKERS is required with LEDGER_FEED=kafka, such as broker-1:9092,broker-2:9092' })
  KAFKA_BROKERS?: string;

  /** `on` speaks TLS to the brokers. */
  @IsIn(['off', 'on'])
  KAFKA_TLS: 'off' | 'on' = 'off';

  @IsOptional()
  @IsString()
  KAFKA_TLS_CA_FILE?: string;

  @IsOptional()
  @IsIn(['plain', 'scram-sha-256', 'scram-sha-512'])
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';

  @ValidateIf((settings: Settings) => settings.KAFKA_SASL_MECHANISM !== undefined)
  @IsString({ message: 'KAFKA_SASL_USERNAME is required with KAFKA_SASL_MECHANISM' })
  KAFKA_SASL_USERNAME?: string;

  @ValidateIf((settings: Settings) => settings.KAFKA_SASL_MECHANISM !== undefined)
  @IsString({ message: 'KAFKA_SASL_PASSWORD is required with KAFKA_SASL_MECHANISM' })
  KAFKA_SASL_PASSWORD?: string;

  /** Put in front of the names of topics and groups, on a cluster that is shared. */
  @IsOptional()
  @Matches(/^[a-zA-Z0-9._-]{1,100}$/, {
    message: 'KAFKA_TOPIC_PREFIX has only letters, digits, dot, dash and underline, at most 100',
  })
  KAFKA_TOPIC_PREFIX?: string;

  /** Silence after which the broker gives the partitions of a consumer to others, in seconds. */
  @IsInt()
  @Min(6)
  @Max(300)
  KAFKA_SESSION_SECONDS = 30;

  @IsIn(['embedded', 'eventstoredb'])
  LEDGER_STORE: 'embedded' | 'eventstoredb' = 'embedded';

  @ValidateIf((settings: Settings) => settings.LEDGER_STORE === 'eventstoredb')
  @IsString({ message: 'EVENTSTORE_URL is required with LEDGER_STORE=eventstoredb, such as esdb://host:2113' })
  EVENTSTORE_URL?: string;

  @IsIn(['embedded', 'postgres'])
  LEDGER_READMODEL: 'embedded' | 'postgres' = 'embedded';

  @ValidateIf(({ LEDGER_READMODEL, LEDGER_KEYS }: Settings) => [LEDGER_READMODEL, LEDGER_KEYS].includes('postgres'))
  @IsString({
    message:
      'DATABASE_URL is required with LEDGER_READMODEL=postgres or LEDGER_KEYS=postgres, such as postgres://host/ledger',
  })
  DATABASE_URL?: string;

  @IsIn(['embedded', 'postgres'])
  LEDGER_KEYS: 'embedded' | 'postgres' = 'embedded';

  /** What keys in PostgreSQL are wrapped with: 32 bytes in base64, kept anywhere but there. */
  @ValidateIf((settings: Settings) => settings.LEDGER_KEYS === 'postgres')
  @Matches(/^[A-Za-z0-9+/]{43}=$/, {
    message:
      'LEDGER_KEY_ENCRYPTION_KEY is required with LEDGER_KEYS=postgres: 32 bytes in base64 (openssl rand -base64 32)',
  })
  LEDGER_KEY_ENCRYPTION_KEY?: string;

  /** Partitions of a new embedded feed. */
  @IsInt()
  @Min(1)
  @Max(64)
  LEDGER_FEED_PARTITIONS = 4;

  /** Records that a consumer takes at a time. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  LEDGER_BATCH = 500;

  /** Shortest time from one transaction of billing's tables to the next, in ms, unless a whole batch waits. */
  @IsInt()
  @Min(0)
  @Max(60_000)
  LEDGER_PROJECT_EVERY_MS = 50;

  /** Statements of a stream of lines that become durable together. */
  @IsInt()
  @Min(1)
  @Max(5_000)
  LEDGER_INTAKE_CHUNK = 500;

  /** Intake requests served at the same time; more are answered 429. */
  @IsInt()
  @Min(1)
  @Max(10_000)
  LEDGER_INTAKE_REQUESTS = 64;

  /** Largest body of a request that is not a stream, in bytes. */
  @IsInt()
  @Min(1_024)
  @Max(1_073_741_824)
  LEDGER_BODY_BYTES = 16_777_216;

  /** Memory for the folded states of sessions and stations, in MB. */
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  LEDGER_CACHE_MB = 128;

  /** How long an ended session with a gap waits for what is missing, in seconds. */
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  LEDGER_GRACE_SECONDS = 86_400;

  /** How long a session without an end may be silent before it is closed provisionally, in seconds. */
  @IsInt()
  @Min(0)
  @Max(31_536_000)
  LEDGER_SILENCE_SECONDS = 172_800;

  /** How often the ledger looks for sessions that are due for closing, in seconds. */
  @IsInt()
  @Min(1)
  @Max(86_400)
  LEDGER_CLOSE_EVERY_SECONDS = 30;

  /** How long records of the embedded feed are kept once every group has read them, in hours. */
  @IsInt()
  @Min(1)
  @Max(87_600)
  LEDGER_FEED_KEPT_HOURS = 168;

  /** How long a worker waits for an engine that cannot be reached before the process ends, in seconds. */
  @IsInt()
  @Min(1)
  @Max(86_400)
  LEDGER_OUTAGE_SECONDS = 900;

  /** How long a stop may take before the process ends hard, in seconds. */
  @IsInt()
  @Min(1)
  @Max(600)
  LEDGER_STOP_SECONDS = 20;

  /** The token with which a roaming partner registers by OCPI; without it no partner can connect. */
  @IsOptional()
  @Matches(/^[!-~]{16,64}$/, { message: 'LEDGER_OCPI_TOKEN is 16 to 64 printable characters without blanks' })
  LEDGER_OCPI_TOKEN?: string;

  /** Country and party by which partners know this operator, such as DE*ABC. */
  @ValidateIf((settings: Settings) => settings.LEDGER_OCPI_TOKEN !== undefined)
  @Matches(/^[A-Z]{2}\*[A-Z0-9]{3}$/, {
    message: 'LEDGER_OCPI_PARTY is required with LEDGER_OCPI_TOKEN, such as DE*ABC',
  })
  LEDGER_OCPI_PARTY?: string;

  /** Name of the operator as partners see it. */
  @IsString()
  @MaxLength(100)
  LEDGER_OCPI_NAME = 'Charging session ledger';

  /** The address under which partners reach this service, where it is not the one they call; without a slash at the end. */
  @IsOptional()
  @Matches(/^https?:\/\/[!-~]{1,200}[^/]$/, {
    message: 'LEDGER_OCPI_URL is an address such as https://ocpi.example.com',
  })
  LEDGER_OCPI_URL?: string;

  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  LEDGER_LOG: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent' = 'info';

  /** For crash tests alone: `<step>:<n>` ends the process by SIGKILL at the n-th time it reaches the step. */
  @IsOptional()
  @Matches(/^[a-z-]+:\d{1,6}$/, { message: 'CRASH_AT is <step>:<n>' })
  CRASH_AT?: string;
}

/** The settings are wrong; the message names each one and why. */
export class BadSettings extends Error {
  readonly code = 'bad-settings';
}

/** Reads, checks and freezes the settings. @throws BadSettings naming every wrong one */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Readonly<Settings> {
  const defaults = new Settings();
  const raw: Record<string, unknown> = {};
  for (const name of SETTING_NAMES) {
    const text = environment[name];
    if (text === undefined || text === '') continue;
    raw[name] = typeof defaults[name] === 'number' ? wholeNumber(text) : text;
  }
  const settings = Object.assign(new Settings(), raw);
  const problems = validateSync(settings, {
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  }).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((because) =>
      because.includes(property) ? because : `${property}: ${because}`,
    ),
  );
  const host = HOST_AND_PORT.exec(settings.LEDGER_HTTP)?.[1] ?? '';
  if (problems.length === 0 && !LOOPBACK.test(host)) {
    problems.push('LEDGER_HTTP: with LEDGER_AUTH=off an app listens on loopback only, such as 127.0.0.1:8080');
  }
  if (problems.length > 0) throw new BadSettings(`the settings are wrong:\n  ${problems.join('\n  ')}`);
  return Object.freeze(settings);
}

/** Host and port out of `LEDGER_HTTP`. Port 0 takes a free one. */
export function listenAddress(settings: Pick<Settings, 'LEDGER_HTTP'>): {
  readonly host: string;
  readonly port: number;
} {
  const [, host = '127.0.0.1', port = '8080'] = HOST_AND_PORT.exec(settings.LEDGER_HTTP) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** The names of all settings, as they stand in the environment. */
export const SETTING_NAMES = [
  'LEDGER_DATA',
  'LEDGER_HTTP',
  'LEDGER_AUTH',
  'LEDGER_FEED',
  'KAFKA_BROKERS',
  'KAFKA_TLS',
  'KAFKA_TLS_CA_FILE',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'KAFKA_TOPIC_PREFIX',
  'KAFKA_SESSION_SECONDS',
  'LEDGER_STORE',
  'EVENTSTORE_URL',
  'LEDGER_READMODEL',
  'DATABASE_URL',
  'LEDGER_KEYS',
  'LEDGER_KEY_ENCRYPTION_KEY',
  'LEDGER_FEED_PARTITIONS',
  'LEDGER_BATCH',
  'LEDGER_PROJECT_EVERY_MS',
  'LEDGER_INTAKE_CHUNK',
  'LEDGER_INTAKE_REQUESTS',
  'LEDGER_BODY_BYTES',
  'LEDGER_CACHE_MB',
  'LEDGER_GRACE_SECONDS',
  'LEDGER_SILENCE_SECONDS',
  'LEDGER_CLOSE_EVERY_SECONDS',
  'LEDGER_FEED_KEPT_HOURS',
  'LEDGER_OUTAGE_SECONDS',
  'LEDGER_STOP_SECONDS',
  'LEDGER_OCPI_TOKEN',
  'LEDGER_OCPI_PARTY',
  'LEDGER_OCPI_NAME',
  'LEDGER_OCPI_URL',
  'LEDGER_LOG',
  'CRASH_AT',
] as const satisfies readonly (keyof Settings)[];

function wholeNumber(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
