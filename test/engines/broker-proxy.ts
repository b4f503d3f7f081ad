import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A place between client and broker where things go wrong on command. */
export interface BrokerProxy {
  /** Where the client finds the broker. */
  readonly address: string;
  /** Requests still reach the broker; its answers get lost. */
  loseAnswers(): void;
  /** Nothing gets through in either direction; connections stay open. */
  freeze(): void;
  /** All connections break, and new ones are refused. */
  cut(): void;
  /** Everything is as it should be again; what was lost stays lost. */
  heal(): void;
  close(): Promise<void>;
}

type Mode = 'healthy' | 'losing answers' | 'frozen' | 'cut';

/**
 * Stands before one broker. The broker names itself by its own address in its answers, so that address is replaced by the proxy's
 * on the way: in Kafka's protocol a host is a text of two bytes length, and the port follows in four.
 */
export async function openBrokerProxy(broker: string): Promise<BrokerProxy> {
  const [host = '', port = ''] = broker.split(':');
  let mode: Mode = 'healthy';
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(+port, host);
    const pair = [client, upstream] as const;
    if (mode === 'cut') client.destroy();
    pairs.add(pair);
    const replace = addressReplacer(host, +port, () => (server.address() as AddressInfo).port);
    client.on('data', (bytes) => {
      if (mode === 'healthy' || mode === 'losing answers') upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (mode === 'healthy') client.write(replace(bytes));
    });
    for (const socket of pair) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  });
  await listening(server);
  const drop = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    loseAnswers: () => void (mode = 'losing answers'),
    freeze: () => void (mode = 'frozen'),
    cut: () => {
      mode = 'cut';
      drop();
    },
    heal: () => {
      if (mode !== 'cut') drop();
      mode = 'healthy';
    },
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** Replaces the broker's address by ours. An address cut in two by the network would slip through: the sizes here are far too small. */
function addressReplacer(host: string, port: number, ours: () => number): (bytes: Buffer) => Buffer {
  const name = Buffer.from(host);
  const wanted = Buffer.concat([uint16(name.length), name, uint32(port)]);
  return (bytes) => {
    let at = bytes.indexOf(wanted);
    if (at === -1) return bytes;
    const replaced = Buffer.from(bytes);
    for (; at !== -1; at = bytes.indexOf(wanted, at + 1)) replaced.writeUInt32BE(ours(), at + wanted.length - 4);
    return replaced;
  };
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
