// Asks the app in this container how it is: `node deploy/health.mjs live` or `… ready`. Exit code 0 means yes.
const [question = 'live'] = process.argv.slice(2);
const address = process.env.LEDGER_HTTP || '127.0.0.1:8080';
const ANSWER_TIMEOUT_MS = 4_000;

try {
  const answer = await fetch(`http://${address}/health/${question}`, {
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  if (!answer.ok) process.stderr.write(`${answer.status} ${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stderr.write(`${address} does not answer: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
