"""A gateway as its own people would write it: the usual Kafka clients of Python and the CloudEvents SDK, nothing of ours.

Arguments: brokers, topic. Publishes one event for each way that is there and prints their ids as a JSON array.
"""

import json
import sys
from datetime import datetime, timezone

from cloudevents.core.bindings.kafka import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Producer
from kafka import KafkaProducer

brokers, topic = sys.argv[1:]


def event(id: str) -> CloudEvent:
    return CloudEvent(
        attributes={
            "id": id,
            "source": "/gateways/gw-7",
            "type": "ledger.meter.updated.v1",
            "subject": "ST-0042/1/1",
            "time": datetime(2026, 6, 1, 8, 15, tzinfo=timezone.utc),
            "datacontenttype": "application/json",
            "partitionkey": "default:ST-0042",
        },
        data={
            "transaction": "7d0c",
            "seqNo": 4,
            "readings": [
                {
                    "at": "2026-06-01T08:15:00Z",
                    "values": [{"measurand": "Energy.Active.Import.Register", "value": "1613.50", "unit": "Wh"}],
                }
            ],
        },
    )


def failed(error, _message):
    if error is not None:
        sys.exit(f"not delivered: {error}")


ids = []
for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
    producer = Producer({"bootstrap.servers": brokers, "compression.type": codec, "linger.ms": 5})
    for mode, write in [("binary", to_binary_event), ("structured", to_structured_event)]:
        id = f"confluent/{codec}/{mode}"
        message = write(event(id))
        producer.produce(topic, value=message.value, key=message.key, headers=message.headers, on_delivery=failed)
        ids.append(id)
    producer.flush(30)

plain = KafkaProducer(bootstrap_servers=brokers, compression_type="gzip")
for mode, write in [("binary", to_binary_event), ("structured", to_structured_event)]:
    id = f"kafka-python/gzip/{mode}"
    message = write(event(id))
    headers = [(name, value) for name, value in message.headers.items()]
    key = message.key.encode() if isinstance(message.key, str) else message.key
    plain.send(topic, value=message.value, key=key, headers=headers).get(30)
    ids.append(id)

# Without a key and without a content type: the event as JSON, and that is all.
bare = {"specversion": "1.0", "id": "bare", "source": "/gateways/gw-7", "type": "ledger.meter.updated.v1"}
plain.send(topic, value=json.dumps(bare).encode()).get(30)
ids.append("bare")
plain.close()
print(json.dumps(ids))
