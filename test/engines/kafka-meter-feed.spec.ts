import { openKafkaMeterFeed, type KafkaMeterFeed } from '@ledger/adapters/kafka';
import { meterFeedContract } from '@ledger/ports/meter-feed.contract';
import { freshTopics, LIVELY } from './kafka';

meterFeedContract('KafkaMeterFeed', async () => {
  const settings = await freshTopics(4, { limits: LIVELY });
  let feed = openKafkaMeterFeed(settings);
  return {
    get port(): KafkaMeterFeed {
      return feed;
    },
    reopen: async (): Promise<KafkaMeterFeed> => {
      await feed.close();
      feed = openKafkaMeterFeed(settings);
      return feed;
    },
    end: () => feed.close(),
  };
});
