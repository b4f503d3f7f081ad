// Loaded before a ledger: its consumers join groups of their own, so that every partition has two owners who both fold it.
const { Kafka } = require('kafkajs');

const other = (groupId) => `${groupId}-second`;
const { consumer, admin } = Kafka.prototype;

Kafka.prototype.consumer = function (config) {
  return consumer.call(this, { ...config, groupId: other(config.groupId) });
};
Kafka.prototype.admin = function (config) {
  const client = admin.call(this, config);
  return { ...client, fetchOffsets: (asked) => client.fetchOffsets({ ...asked, groupId: other(asked.groupId) }) };
};
