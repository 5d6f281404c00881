/** What is to be done once all requests that this turn of the event loop has read are carried out. */
let waiting: (() => void)[] = [];

/**
 * Does something at the end of this turn of the event loop, in the order of the calls. Answers leave so: a client that sleeps
 * is woken by the first of a turn and finds the others beside it, in place of being woken by each, which costs a server more
 * than the request did (measured in a virtual machine: a third of the time of a GET).
 */
export function atEndOfTurn(work: () => void): void {
  if (waiting.length === 0) setImmediate(doAll);
  waiting.push(work);
}

function doAll(): void {
  const due = waiting;
  waiting = [];
  for (const work of due) work();
}
