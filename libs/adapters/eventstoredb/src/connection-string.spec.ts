import { atHost, BadConnectionString, checkedConnection } from './connection-string';

const reasonFor = (url: string): string => {
  try {
    checkedConnection(url);
  } catch (error) {
    if (error instanceof BadConnectionString) return error.message;
  }
  throw new Error(`${url} was taken`);
};

describe('a connection string', () => {
  it('names a node, several nodes or a cluster, with TLS unless it says otherwise', () => {
    for (const url of [
      'esdb://localhost',
      'esdb://127.0.0.1:2113/',
      'esdb://a:1,b:2,c:3?nodePreference=leader',
      'esdb+discover://user:pa%3Ass@cluster.example:2113?tlsCAFile=%2Fetc%2Fca.pem&gossipTimeout=5',
    ]) {
      expect(checkedConnection(url)).toEqual({ url, hasUser: url.includes('@') });
    }
    expect(checkedConnection(' esdb://localhost:2113?tls=false ')).toEqual({
      url: 'esdb://localhost:2113?tls=false',
      hasUser: false,
    });
    const url = 'esdb://host:2113?userCertFile=%2Fa.crt&userKeyFile=%2Fa.key';
    expect(checkedConnection(url)).toEqual({ url, hasUser: true });
  });

  it('is refused with a reason where the client would go wrong silently', () => {
    expect(reasonFor('esdb://u:a:b@host')).toContain('%3A');
    expect(reasonFor('esdb://u@host')).toContain('user:password');
    expect(reasonFor('esdb://u:100%@host')).toContain('%25');
    expect(reasonFor('esdb://u:p@host?tls=false')).toContain('would not be sent');
    expect(reasonFor('esdb://host?throwOnAppendFailure=false')).toContain('only true');
    expect(reasonFor('esdb://host?tlsVerifyCert=false')).toContain('only true');
    expect(reasonFor('esdb://host?tlsCaFile=x')).toContain('not known');
    expect(reasonFor('esdb://host?gossipTimeout=5000')).toContain('seconds');
    expect(reasonFor('esdb://host?keepAliveInterval=100')).toContain('10000');
    expect(reasonFor('esdb://host?tls=no')).toContain('true or false');
    expect(reasonFor('esdb://host?tls')).toContain('name=value');
    expect(reasonFor('esdb://ho st')).toContain('no host');
    expect(reasonFor('http://host')).toContain('esdb://');
    expect(reasonFor('')).toContain('esdb://');
  });

  it('is never repeated in an error, since it may hold a password', () => {
    for (const url of ['esdb://u:hunter2:x@host', 'http://u:hunter2@host', 'esdb://u:hunter2@host?tls=false']) {
      expect(reasonFor(url)).not.toContain('hunter2');
    }
  });

  it('can be moved to one node of the cluster, with the same user and options', () => {
    const leader = { address: '10.0.0.7', port: 2114 };
    expect(atHost('esdb+discover://u:p@cluster:1?tls=true', leader)).toBe('esdb://u:p@10.0.0.7:2114?tls=true');
    expect(atHost('esdb://a,b', leader)).toBe('esdb://10.0.0.7:2114');
  });
});
