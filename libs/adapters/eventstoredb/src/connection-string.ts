/** What of a connection string matters beside the client's own reading of it. */
export interface Connection {
  readonly url: string;
  /** Whether the client signs in. */
  readonly hasUser: boolean;
}

/** The connection string cannot be used. The message never repeats it, because it may hold a password. */
export class BadConnectionString extends Error {
  readonly code = 'bad-connection-string';
}

const FORM = /^esdb(?:\+discover)?:\/\/(?:([^@/?]*)@)?([^/?@]+)\/?(?:\?(.*))?$/;
const HOST = /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9._-]+)(?::[0-9]{1,5})?$/;

/** Whole numbers, with the most that makes sense: `gossipTimeout` is in seconds, all others in milliseconds. */
const NUMBERS: Readonly<Record<string, readonly [number, number]>> = {
  maxDiscoverAttempts: [1, 1_000],
  discoveryInterval: [1, 60_000],
  gossipTimeout: [1, 60],
  defaultDeadline: [1, 600_000],
  keepAliveInterval: [10_000, 600_000],
  keepAliveTimeout: [1_000, 600_000],
};
const TEXTS = new Set(['connectionName', 'nodePreference', 'tls', 'tlsCAFile', 'userCertFile', 'userKeyFile']);
const TRUE_ONLY = new Set(['tlsVerifyCert', 'throwOnAppendFailure']);

/**
 * Checks a connection string strictly, because the client itself reads it by loose patterns: it cuts a password at a colon,
 * drops credentials where there is no TLS, and only warns of options that it does not know.
 * @throws BadConnectionString
 */
export function checkedConnection(url: string): Connection {
  const parts = FORM.exec(url.trim());
  if (parts === null) throw new BadConnectionString('expected esdb://[user:password@]host[:port][,host…][?option=…]');
  const [, credentials, hosts = '', query = ''] = parts;
  for (const host of hosts.split(',')) {
    if (!HOST.test(host)) throw new BadConnectionString(`"${host}" is no host, or host and port`);
  }
  const options = optionsOf(query);
  const isSecure = options.get('tls') !== 'false';
  if (credentials !== undefined) checkCredentials(credentials, isSecure);
  return { url: url.trim(), hasUser: credentials !== undefined || options.has('userCertFile') };
}

/** A node of a cluster. */
export interface Host {
  readonly address: string;
  readonly port: number;
}

/** The same connection, to that node alone. */
export function atHost(url: string, { address, port }: Host): string {
  const [, credentials, , query] = FORM.exec(url) ?? [];
  const user = credentials === undefined ? '' : `${credentials}@`;
  return `esdb://${user}${address}:${port}${query === undefined ? '' : `?${query}`}`;
}

function checkCredentials(credentials: string, isSecure: boolean): void {
  if (credentials.split(':').length !== 2) {
    throw new BadConnectionString('expected user:password before the @; write a colon in either of them as %3A');
  }
  if (/%(?![0-9a-fA-F]{2})/.test(credentials)) {
    throw new BadConnectionString('write a percent sign in the user or the password as %25');
  }
  if (!isSecure)
    throw new BadConnectionString('without TLS the credentials would not be sent: remove them or tls=false');
}

function optionsOf(query: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [name = '', text = '', ...rest] = pair.split('=');
    if (text === '' || rest.length > 0) throw new BadConnectionString(`option ${name}: expected name=value`);
    checkOption(name, text);
    options.set(name, text);
  }
  return options;
}

function checkOption(name: string, text: string): void {
  const range = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (range !== undefined) checkNumber(name, text, range);
  else if (TRUE_ONLY.has(name)) {
    if (text !== 'true') throw new BadConnectionString(`option ${name}: only true is supported`);
  } else if (!TEXTS.has(name)) {
    throw new BadConnectionString(`option ${name} is not known; names are written as in tlsCAFile`);
  }
  if (name === 'tls' && text !== 'true' && text !== 'false') throw new BadConnectionString('option tls: true or false');
}

function checkNumber(name: string, text: string, [least, most]: readonly [number, number]): void {
  const number = /^[0-9]{1,9}$/.test(text) ? +text : NaN;
  if (number >= least && number <= most) return;
  const unit = name === 'gossipTimeout' ? ' seconds' : '';
  throw new BadConnectionString(`option ${name}: expected a whole number from ${least} to ${most}${unit}`);
}
