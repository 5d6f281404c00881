/** Work on several things at once: never more of them than said, in their order, and not beyond the first error. */

import { expect } from "chai";
import { forEachConcurrently, inOrder } from "../../automation/concurrency";

/** Work that a test lets end, item by item. */
class Held {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();

  readonly work = (item: number): Promise<number> => {
    this.begun.push(item);
    return new Promise((resolve, reject) => {
      this.#ends.set(item, { resolve: () => resolve(item * 10), reject });
    });
  };

  async end(item: number, error?: Error): Promise<void> {
    const held = this.#ends.get(item);
    if (error === undefined) held?.resolve();
    else held?.reject(error);
    await settled();
  }
}

/** All that can go on has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: unknown) => (error as Error).message,
  );

describe("each of many, so many at once", () => {
  const each = (
    items: Iterable<number> | AsyncIterable<number>,
    held: Held,
    signal?: AbortSignal,
  ) =>
    forEachConcurrently(items, { limit: 2, ...(signal && { signal }) }, async (item) => {
      await held.work(item);
    });

  it("is begun as soon as there is a place, and ends with the last", async () => {
    async function* later() {
      yield* upTo(4);
    }
    for (const items of [upTo(4), later()]) {
      const held = new Held();
      let isOver = false;
      const all = each(items, held).then(() => (isOver = true));
      await settled();
      expect(held.begun).to.deep.equal([1, 2]);
      await held.end(2);
      expect(held.begun).to.deep.equal([1, 2, 3]);
      for (const item of [1, 3]) await held.end(item);
      expect([held.begun, isOver]).to.deep.equal([[1, 2, 3, 4], false]);
      await held.end(4);
      await all;
    }
  });

  it("begins none after an error, and throws the first one once those that run have ended", async () => {
    const held = new Held();
    let message: string | undefined;
    const all = messageOf(each(upTo(5), held)).then((told) => (message = told));
    await settled();
    await held.end(1, new Error("first"));
    expect([held.begun, message]).to.deep.equal([[1, 2], undefined]);
    await held.end(2, new Error("second"));
    await all;
    expect([held.begun, message]).to.deep.equal([[1, 2], "first"]);
  });

  it("begins none once it is told to stop", async () => {
    const [held, controller] = [new Held(), new AbortController()];
    const all = messageOf(each(upTo(5), held, controller.signal));
    await settled();
    controller.abort();
    for (const item of [1, 2]) await held.end(item);
    expect(await all).to.equal("Stopped on request.");
    expect(held.begun).to.deep.equal([1, 2]);
  });
});

describe("results in the order of their items", () => {
  const results = async (
    items: readonly number[],
    held: Held,
    got: number[],
    signal?: AbortSignal,
  ) => {
    for await (const one of inOrder(items, { limit: 2, ...(signal && { signal }) }, held.work))
      got.push(one);
  };

  it("come so whatever ends first, with no more begun than may wait", async () => {
    const [held, got] = [new Held(), [] as number[]];
    const all = results(upTo(4), held, got);
    await settled();
    expect(held.begun).to.deep.equal([1, 2]);
    await held.end(2);
    expect([held.begun, got]).to.deep.equal([[1, 2], []]);
    await held.end(1);
    expect([held.begun, got]).to.deep.equal([
      [1, 2, 3, 4],
      [10, 20],
    ]);
    for (const item of [4, 3]) await held.end(item);
    await all;
    expect(got).to.deep.equal([10, 20, 30, 40]);
    await results([], held, got);
    expect(got).to.have.length(4);
  });

  it("end with the error of the item whose turn it is, and leave those of others to nobody", async () => {
    const [held, got] = [new Held(), [] as number[]];
    const all = messageOf(results(upTo(4), held, got));
    await settled();
    await held.end(2, new Error("second"));
    await held.end(1, new Error("first"));
    expect(await all).to.equal("first");
    expect([held.begun, got]).to.deep.equal([[1, 2], []]);
  });

  it("end once they are told to stop", async () => {
    const [held, got, controller] = [new Held(), [] as number[], new AbortController()];
    const all = messageOf(results(upTo(4), held, got, controller.signal));
    await settled();
    controller.abort();
    await held.end(1);
    expect(await all).to.equal("Stopped on request.");
    expect(got).to.deep.equal([10]);
  });
});
