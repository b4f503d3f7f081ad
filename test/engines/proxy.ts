import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** A place between a client and a server where things go wrong on command. */
export interface Proxy {
  /** Where the client finds the server: host and port. */
  readonly address: string;
  /** Requests still reach the server; its answers get lost. */
  loseAnswers(): void;
  /** Nothing gets through in either direction; connections stay open. */
  freeze(): void;
  /** All connections break, and new ones are refused. */
  cut(): void;
  /** Whatever passes, passes so many milliseconds later. */
  delay(ms: number): void;
  /** So many times the next message, of either side, ends in its middle, and its connection with it. */
  tear(times: number): void;
  /** How many connections were torn so far, and how many will be. */
  readonly torn: number;
  readonly tearsLeft: number;
  /** Everything is as it should be again; what was lost stays lost. */
  heal(): void;
  close(): Promise<void>;
}

type Mode = 'healthy' | 'losing answers' | 'frozen' | 'cut';

/**
 * Stands before one broker. The broker names itself by its own address in its answers, so that address is replaced by the proxy's
 * on the way: in Kafka's protocol a host is a text of two bytes length, and the port follows in four.
 */
export function openBrokerProxy(broker: string): Promise<Proxy> {
  const { host, port } = addressOf(broker);
  return openProxy(broker, (ours) => addressReplacer(host, port, ours));
}

/** Stands before a server that does not name itself in its answers, or whose answers `rewriting` changes for each connection. */
export async function openProxy(
  target: string,
  rewriting: (ourPort: () => number) => (bytes: Buffer) => Buffer = () => (bytes) => bytes,
): Promise<Proxy> {
  const { host, port } = addressOf(target);
  const state: State = { mode: 'healthy', delayMs: 0, tearsLeft: 0, torn: 0 };
  const pairs = new Set<readonly [Socket, Socket]>();
  const ourPort = (): number => (server.address() as AddressInfo).port;
  const server = createServer((client) => {
    const upstream = connect(port, host);
    const pair = [client, upstream] as const;
    if (state.mode === 'cut') client.destroy();
    pairs.add(pair);
    pass(client, upstream, { state, change: (bytes) => bytes, modes: ['healthy', 'losing answers'] });
    pass(upstream, client, { state, change: rewriting(ourPort), modes: ['healthy'] });
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
    address: `127.0.0.1:${ourPort()}`,
    loseAnswers: () => void (state.mode = 'losing answers'),
    freeze: () => void (state.mode = 'frozen'),
    cut: () => {
      state.mode = 'cut';
      drop();
    },
    delay: (ms) => void (state.delayMs = ms),
    tear: (times) => void (state.tearsLeft = times),
    get torn() {
      return state.torn;
    },
    get tearsLeft() {
      return state.tearsLeft;
    },
    heal: () => {
      if (state.mode !== 'healthy' && state.mode !== 'cut') drop();
      Object.assign(state, { mode: 'healthy', delayMs: 0, tearsLeft: 0 });
    },
    close: async () => {
      drop();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface State {
  mode: Mode;
  delayMs: number;
  tearsLeft: number;
  torn: number;
}

/** One direction of a connection: what is read while one of the modes holds is passed on. */
interface Direction {
  readonly state: State;
  readonly modes: readonly Mode[];
  readonly change: (bytes: Buffer) => Buffer;
}

/** Bytes below which there is no middle to speak of. */
const TEARABLE_BYTES_MIN = 16;

function pass(from: Socket, to: Socket, { state, modes, change }: Direction): void {
  let earlier = Promise.resolve();
  const write = (bytes: Buffer): void => {
    if (to.writable) to.write(change(bytes));
  };
  from.on('data', (bytes) => {
    if (!modes.includes(state.mode)) return;
    if (state.tearsLeft > 0 && bytes.length >= TEARABLE_BYTES_MIN) {
      state.tearsLeft -= 1;
      state.torn += 1;
      to.end(change(bytes).subarray(0, bytes.length / 2), () => from.destroy());
      from.removeAllListeners('data');
    } else if (state.delayMs > 0) {
      const due = pause(state.delayMs);
      earlier = earlier.then(() => due).then(() => write(bytes));
    } else {
      earlier = earlier.then(() => write(bytes));
    }
  });
}

function addressOf(target: string): { readonly host: string; readonly port: number } {
  const [host = '', port = ''] = target.split(':');
  return { host, port: +port };
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
