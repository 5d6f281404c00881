import { expect } from "chai";
import { streamEvents } from "../../automation/event-stream";
import type { Listener, LockstepEvent } from "../../automation/events";

const note = (message: string): LockstepEvent => ({ type: "note", message });

/** Gives the others their turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function taken(events: AsyncIterable<LockstepEvent>): Promise<readonly string[]> {
  const messages: string[] = [];
  for await (const event of events) messages.push(event.type === "note" ? event.message : "");
  return messages;
}

describe("streamEvents", () => {
  it("gives every event in its order, then ends, and has the result", async () => {
    const run = streamEvents(async (emit) => {
      emit(note("first"));
      await turn();
      emit(note("second"));
      emit(note("third"));
      await turn();
      return 7;
    });
    expect(await taken(run.events)).to.deep.equal(["first", "second", "third"]);
    expect(await run.result).to.equal(7);
  });

  it("keeps what was told before anybody asked", async () => {
    const run = streamEvents((emit) => {
      emit(note("early"));
      return Promise.resolve();
    });
    await run.result;
    expect(await taken(run.events)).to.deep.equal(["early"]);
  });

  it("ends where the work fails, and its result says why", async () => {
    const run = streamEvents(async (emit) => {
      emit(note("before"));
      await turn();
      throw new Error("no more");
    });
    expect(await taken(run.events)).to.deep.equal(["before"]);
    const failure: unknown = await run.result.catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("message", "no more");
  });

  it("lets the work go on for one who stops taking", async () => {
    let told: Listener = () => {};
    let finish = (_value: string): void => {};
    const run = streamEvents((emit) => {
      told = emit;
      emit(note("one"));
      return new Promise<string>((resolve) => (finish = resolve));
    });
    expect((await run.events.next()).value).to.deep.equal(note("one"));
    await run.events.return?.();
    told(note("two"));
    finish("done");
    expect(await run.result).to.equal("done");
    expect(await taken(run.events)).to.deep.equal([]);
  });
});
