import type { Metadata } from '@grpc/grpc-js';
import type { EventLog } from './event-log';
import { memberOf, metastreamOf, rolesOf, subjectOf, type Right } from './stream-metadata';

/** A user of the server; members of `$admins` may do everything. */
export interface User {
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Who calls: a user by name, nobody, or somebody with a wrong password. */
export type Caller = User | 'anonymous' | 'unknown';

/** Reads the caller from the call's `authorization` header. */
export function callerOf(metadata: Metadata, users: readonly User[]): Caller {
  const header = metadata.get('authorization')[0]?.toString();
  if (header === undefined) return 'anonymous';
  const given = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString('utf8');
  return users.find((user) => `${user.name}:${user.password}` === given) ?? 'unknown';
}

/**
 * Whether the caller may do this: the stream's own `$acl`, else the default one of `$settings`, else everybody for streams
 * and administrators for system streams. Writing to a metadata stream needs `$mw` of the stream it describes.
 */
export function isAllowed(log: EventLog, caller: Caller, stream: string, right: Right): boolean {
  if (caller === 'unknown') return false;
  const names = caller === 'anonymous' ? ['$all'] : ['$all', caller.name, ...caller.groups];
  if (names.includes('$admins')) return true;
  const asked = stream.startsWith('$$') ? metaRight(right) : right;
  return rolesFor(log, subjectOf(stream), asked).some((role) => names.includes(role));
}

function metaRight(right: Right): Right {
  return right === '$r' ? '$mr' : '$mw';
}

function rolesFor(log: EventLog, stream: string, right: Right): readonly string[] {
  const own = rolesOf(memberOf(log.visible(metastreamOf(stream))?.at(-1)?.data, '$acl'), right);
  if (own !== undefined) return own;
  const isSystem = stream.startsWith('$');
  const settings = log.visible('$settings')?.at(-1)?.data;
  const general = rolesOf(memberOf(settings, isSystem ? '$systemStreamAcl' : '$userStreamAcl'), right);
  return general ?? (isSystem && stream !== '$all' ? ['$admins'] : ['$all']);
}
