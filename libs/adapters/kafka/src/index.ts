export {
  readGatewayMessage,
  GATEWAY_MESSAGE_BYTES_MAX,
  type GatewayMessage,
  type GatewayMessageCode,
} from './gateway-message';
export { openKafkaMeterFeed, KafkaMeterFeed } from './kafka-meter-feed';
export {
  BadKafkaSettings,
  KAFKA_LIMITS,
  type KafkaLimits,
  type KafkaLogEntry,
  type KafkaSasl,
  type KafkaSettings,
  type KafkaTls,
} from './kafka-settings';
export { createTopics, TOPIC_RETENTION_MS, type TopicDifference, type TopicPlan, type TopicReport } from './topics';
export { ConsumerStalled } from './watchdog';
