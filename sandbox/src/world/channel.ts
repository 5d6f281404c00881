/**
 * Where somebody tells of what happens, and whoever wants to know listens. Neither knows the other: both know the kind of
 * change alone.
 */
export class Channel<Change> {
  private readonly subscribers: ((change: Change) => void)[] = [];

  /** Subscribers hear of each change in the order in which they came. */
  subscribe(subscriber: (change: Change) => void): void {
    this.subscribers.push(subscriber);
  }

  /** Every subscriber has heard of the change when this returns. */
  publish(change: Change): void {
    for (const subscriber of this.subscribers) subscriber(change);
  }
}
