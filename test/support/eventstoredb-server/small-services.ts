import type { sendUnaryData, ServerUnaryCall, StatusObject } from '@grpc/grpc-js';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import { UUID, type Empty } from '@eventstore/db-client/generated/shared_pb';
import { goesWrongBefore } from './faults';
import { enter, type ServerState } from './server-state';

/** The version whose rules are followed. */
const SERVER_VERSION = '23.10.0';

const STREAMS = 'event_store.client.streams.Streams';

/** ServerFeatures/GetSupportedMethods, which clients ask before their first append. */
export function featuresService(state: ServerState) {
  return (_call: ServerUnaryCall<Empty, SupportedMethods>, answer: sendUnaryData<SupportedMethods>): void => {
    void tellFeatures(state, answer);
  };
}

async function tellFeatures(state: ServerState, answer: sendUnaryData<SupportedMethods>): Promise<void> {
  enter(state, 'features');
  const fault = state.faults.take('features');
  const refuse = (error: Partial<StatusObject>): void => {
    answer(error, null);
  };
  if (!(await goesWrongBefore(fault, refuse))) return;
  const methods = ['append', 'batchappend', 'read', 'delete', 'tombstone'].map((name) =>
    new SupportedMethod().setServiceName(STREAMS).setMethodName(name),
  );
  answer(null, new SupportedMethods().setEventStoreServerVersion(SERVER_VERSION).setMethodsList(methods));
}

/** A member of the cluster that gossip tells of. */
export interface Member {
  readonly host: string;
  readonly port: number;
  readonly isLeader: boolean;
}

/** Gossip/Read, by which clients find the leader. */
export function gossipService(state: ServerState, members: () => readonly Member[]) {
  return (_call: ServerUnaryCall<Empty, ClusterInfo>, answer: sendUnaryData<ClusterInfo>): void => {
    enter(state, 'gossip');
    const fault = state.faults.take('gossip');
    if (fault?.kind === 'refuse') {
      answer(fault.error, null);
      return;
    }
    answer(null, new ClusterInfo().setMembersList(members().map(memberMessage)));
  };
}

function memberMessage(member: Member): MemberInfo {
  const { LEADER, FOLLOWER } = MemberInfo.VNodeState;
  return new MemberInfo()
    .setInstanceId(new UUID().setString(crypto.randomUUID()))
    .setTimeStamp(`${Date.now()}`)
    .setState(member.isLeader ? LEADER : FOLLOWER)
    .setIsAlive(true)
    .setHttpEndPoint(new EndPoint().setAddress(member.host).setPort(member.port));
}
