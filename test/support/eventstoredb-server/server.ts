import { Server, ServerCredentials, type StatusObject } from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import type { User } from './access';
import { appendService } from './append-service';
import { batchAppendService } from './batch-append-service';
import { deleteService, tombstoneService } from './delete-service';
import { EventLog, type LogFile } from './event-log';
import { Faults, type FaultyCall } from './faults';
import { readService } from './read-service';
import type { OpenCall, ServerState } from './server-state';
import { featuresService, gossipService, type Member } from './small-services';

const HOST = '127.0.0.1';
const MESSAGE_BYTES_MAX = 17 * 1024 * 1024;

/** How to start a server. Without `users` it is insecure: everybody may do everything. */
export interface ServerOptions {
  readonly port?: number;
  /** Where the data is kept; in memory alone if absent. */
  readonly file?: LogFile;
  readonly users?: readonly User[];
  /** PEM texts. With them the server speaks TLS. */
  readonly tls?: { readonly key: string; readonly certificate: string };
}

/** A server that speaks EventStoreDB's protocol, for tests. */
export class EventStoreDbServer {
  readonly log: EventLog;
  readonly faults = new Faults();
  /** Whom gossip names; itself as the leader unless told. */
  members: readonly Member[] | undefined;
  private readonly state: ServerState;
  private server: Server | undefined;
  private boundPort: number;

  constructor(private readonly options: ServerOptions) {
    this.log = new EventLog(options.file);
    this.boundPort = options.port ?? 0;
    const { log, faults } = this;
    const calls = {
      open: new Set<OpenCall>(),
      checkpointers: new Set<(prepareBehind: bigint) => void>(),
      counts: new Map<string, number>(),
    };
    this.state = { log, faults, users: options.users, ...calls };
  }

  get port(): number {
    return this.boundPort;
  }

  /** Connection string for clients of an insecure server. */
  get url(): string {
    return `esdb://${HOST}:${this.boundPort}?tls=false`;
  }

  /** Listens; again on the same port and with the same data after `stop`. */
  async start(): Promise<void> {
    const server = new Server({
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
      'grpc.max_send_message_length': MESSAGE_BYTES_MAX,
    });
    server.addService(ServerFeaturesService, { getSupportedMethods: featuresService(this.state) });
    server.addService(GossipService, { read: gossipService(this.state, () => this.members ?? [this.itself()]) });
    server.addService(StreamsService, {
      append: appendService(this.state),
      batchAppend: batchAppendService(this.state),
      read: readService(this.state),
      delete: deleteService(this.state),
      tombstone: tombstoneService(this.state),
    });
    this.boundPort = await bound(server, this.boundPort, this.credentials());
    this.server = server;
  }

  /** Cuts all connections, as a crash does. The data stays. */
  stop(): void {
    this.server?.forceShutdown();
    this.server = undefined;
  }

  close(): void {
    this.stop();
    this.log.close();
  }

  /**
   * Calls of a kind that came in since the start; `batched` counts the appends on batch calls, `followed` the events sent to
   * subscriptions.
   */
  countOf(call: FaultyCall | 'batched' | 'followed'): number {
    return this.state.counts.get(call) ?? 0;
  }

  /** Calls of a kind that are open now. */
  openOf(call: OpenCall['name']): number {
    return [...this.state.open].filter((open) => open.name === call).length;
  }

  /** Breaks off all open calls of a kind. */
  breakOff(call: OpenCall['name'], error: Partial<StatusObject>): void {
    for (const open of [...this.state.open]) if (open.name === call) open.fail(error);
  }

  /**
   * Sends a checkpoint to all subscriptions, however little of what was sent before their consumers have handled. One whose
   * prepare position lies behind its commit position is what transactions of the old protocol leave.
   */
  sendCheckpoints(prepareBehind = 0n): void {
    for (const send of this.state.checkpointers) send(prepareBehind);
  }

  private itself(): Member {
    return { host: HOST, port: this.boundPort, isLeader: true };
  }

  private credentials(): ServerCredentials {
    const { tls } = this.options;
    if (tls === undefined) return ServerCredentials.createInsecure();
    const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
    return ServerCredentials.createSsl(null, [pair]);
  }
}

/** Starts a server on a port of 127.0.0.1, a free one unless told. */
export async function startEventStoreDbServer(options: ServerOptions = {}): Promise<EventStoreDbServer> {
  const server = new EventStoreDbServer(options);
  await server.start();
  return server;
}

function bound(server: Server, port: number, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${HOST}:${port}`, credentials, (error, chosen) => (error ? reject(error) : resolve(chosen)));
  });
}
