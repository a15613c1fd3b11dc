import { parentPort, workerData } from 'node:worker_threads';
import { type Asked, Bags, type CrewWork, type Said } from './crew.ts';

/** Rounds from one word about how it goes to the next. */
const EVERY_ROUNDS = 10;

function say(said: Said): void {
  parentPort?.postMessage(said);
}

const bags = new Bags(workerData as CrewWork, (bag, round, loss) => {
  if (round % EVERY_ROUNDS === 0) say({ kind: 'round', bag, round, loss });
});

parentPort?.on('message', (asked: Asked) => {
  say({ kind: 'answer', bag: asked.bag, answer: bags.answer(asked) });
});
