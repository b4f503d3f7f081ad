import { outcomeOfTask } from './seeds';
import type { Task } from './seeds';

// Whoever interrupts a terminal interrupts all of its processes: the runner then ends its workers.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (task: Task) => {
  void outcomeOfTask(task).then((outcome) => process.send?.(outcome));
});
