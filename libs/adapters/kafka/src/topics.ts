import { FeedUnavailable, type FeedTopic } from '@ledger/ports';
import { ConfigResourceTypes, type Admin } from 'kafkajs';
import { KafkaAdmin } from './kafka-admin';
import { BadKafkaSettings, limitsOf, topicName, type KafkaSettings } from './kafka-settings';
import { SYSTEM_TIMERS, pause } from './timers';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
/** Kafka's word for "until removed". */
const FOR_EVER = -1;

/** How long each topic keeps its records (`interfaces.md`, section 3). Longer than the longest outage of a consumer. */
export const TOPIC_RETENTION_MS: Readonly<Record<FeedTopic, number>> = {
  'gateway-messages': 24 * HOUR_MS,
  'meter-events': 7 * DAY_MS,
  'meter-receipts': 7 * DAY_MS,
  'meter-quarantine': FOR_EVER,
};

/** Most bytes of one record batch: the largest message and its frame, and what the clients of gateways send at most by default. */
const RECORD_BATCH_BYTES_MAX = 1_048_588;

/** Copies that must be written before a message counts as durable, where there are at least three. */
const IN_SYNC_OF_THREE = 2;
const COPIES_FOR_TWO_IN_SYNC = 3;

/** How many partitions and copies; both at least 1. */
export interface TopicPlan {
  readonly partitions: number;
  readonly replication: number;
}

/** One topic after `createTopics`. A topic that was there is never changed: what differs is for the operator to decide. */
export interface TopicReport {
  readonly topic: FeedTopic;
  readonly status: 'created' | 'as planned' | 'differs';
  readonly differences: readonly TopicDifference[];
}

/** A setting of a topic that is not as planned. */
export interface TopicDifference {
  readonly setting: string;
  readonly planned: string;
  readonly found: string;
}

/** Creates those of the four topics that are missing and describes the others. @throws FeedUnavailable, BadKafkaSettings */
export async function createTopics(settings: KafkaSettings, plan: TopicPlan): Promise<readonly TopicReport[]> {
  for (const [name, count] of Object.entries(plan)) {
    if (!Number.isSafeInteger(count) || count < 1)
      throw new BadKafkaSettings(`${name}: ${count} is no positive whole number`);
  }
  const limits = limitsOf(settings);
  const admin = new KafkaAdmin(settings, SYSTEM_TIMERS);
  try {
    return await admin.ask('the topics', limits.requestTimeoutMs, async (client) => {
      const present = new Set(await client.listTopics());
      const reports: TopicReport[] = [];
      for (const topic of TOPICS) {
        const name = topicName(settings, topic);
        const wanted = plannedSettings(topic, plan);
        const differences = present.has(name) ? await differing(client, name, plan, wanted) : undefined;
        if (differences === undefined) await create(client, name, plan, wanted);
        reports.push({ topic, status: statusOf(differences), differences: differences ?? [] });
      }
      return reports;
    });
  } finally {
    await admin.close();
  }
}

const TOPICS: readonly FeedTopic[] = ['gateway-messages', 'meter-events', 'meter-receipts', 'meter-quarantine'];

type Planned = ReadonlyMap<string, string>;

/**
 * The time of a record is when the broker took it: a gateway with a wrong clock must not make its own records old enough to be
 * removed. A leader that missed records is never elected.
 */
function plannedSettings(topic: FeedTopic, plan: TopicPlan): Planned {
  return new Map([
    ['cleanup.policy', 'delete'],
    ['retention.ms', `${TOPIC_RETENTION_MS[topic]}`],
    ['message.timestamp.type', 'LogAppendTime'],
    ['max.message.bytes', `${RECORD_BATCH_BYTES_MAX}`],
    ['min.insync.replicas', `${plan.replication >= COPIES_FOR_TWO_IN_SYNC ? IN_SYNC_OF_THREE : 1}`],
    ['unclean.leader.election.enable', 'false'],
  ]);
}

function statusOf(differences: readonly TopicDifference[] | undefined): TopicReport['status'] {
  if (differences === undefined) return 'created';
  return differences.length === 0 ? 'as planned' : 'differs';
}

async function create(client: Admin, name: string, plan: TopicPlan, wanted: Planned): Promise<void> {
  const configEntries = [...wanted].map(([setting, value]) => ({ name: setting, value }));
  await client.createTopics({
    // The client's own wait fails where a broker has not heard of the topic yet, which a busy one takes a moment for.
    waitForLeaders: false,
    topics: [{ topic: name, numPartitions: plan.partitions, replicationFactor: plan.replication, configEntries }],
  });
  await untilLed(client, name, plan.partitions);
}

/** How often it is asked whether a new topic has its leaders, and the wait between, in ms. */
const LEADER_TRIES_MAX = 100;
const LEADER_WAIT_MS = 200;

async function untilLed(client: Admin, name: string, partitions: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { topics } = await client.fetchTopicMetadata({ topics: [name] });
      const led = topics.flatMap((topic) => topic.partitions).filter(({ leader }) => leader >= 0);
      if (led.length === partitions) return;
    } catch (error) {
      if (attempt >= LEADER_TRIES_MAX) throw error;
    }
    if (attempt >= LEADER_TRIES_MAX) throw new FeedUnavailable(`${name} was created and has no leaders yet`);
    await pause(SYSTEM_TIMERS, LEADER_WAIT_MS);
  }
}

async function differing(
  client: Admin,
  name: string,
  plan: TopicPlan,
  wanted: Planned,
): Promise<readonly TopicDifference[]> {
  const { topics } = await client.fetchTopicMetadata({ topics: [name] });
  const partitions = topics.flatMap((topic) => topic.partitions);
  const { resources } = await client.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name, configNames: [...wanted.keys()] }],
  });
  const found = new Map(
    resources.flatMap(({ configEntries }) => configEntries.map((entry) => [entry.configName, entry.configValue])),
  );
  found.set('partitions', `${partitions.length}`);
  found.set('replication', `${Math.min(...partitions.map(({ replicas }) => replicas.length))}`);
  const all = new Map([['partitions', `${plan.partitions}`], ['replication', `${plan.replication}`], ...wanted]);
  return [...all].flatMap(([setting, planned]) => {
    const is = found.get(setting) ?? 'unknown';
    return is === planned ? [] : [{ setting, planned, found: is }];
  });
}
