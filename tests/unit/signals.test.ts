import { getEventListeners } from "node:events";
import { expect } from "chai";
import { ownSignal } from "../../automation/signals";

const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("a signal of one call", () => {
  it("is given with the caller's, for its reason", () => {
    const given = new AbortController();
    const { signal } = ownSignal(given.signal);
    expect(signal.aborted).to.equal(false);
    const reason = new Error("enough");
    given.abort(reason);
    expect(signal.aborted).to.equal(true);
    expect(signal.reason).to.equal(reason);
  });

  it("is given at once where the caller's was before", () => {
    const given = AbortSignal.abort("before");
    const { release, signal } = ownSignal(given);
    expect(signal.aborted).to.equal(true);
    expect(listenersOf(given)).to.equal(0);
    release();
  });

  it("puts one listener on the caller's, however many calls there are, and none once all have ended", () => {
    const given = new AbortController();
    const calls = Array.from({ length: 30 }, () => ownSignal(given.signal));
    expect(listenersOf(given.signal)).to.equal(1);
    const [first, ...others] = calls;
    first?.release();
    // A second time is one too many, and counts for nobody.
    first?.release();
    for (const call of others.slice(1)) call.release();
    expect(listenersOf(given.signal)).to.equal(1);
    others[0]?.release();
    expect(listenersOf(given.signal)).to.equal(0);
    const { signal } = ownSignal(given.signal);
    given.abort();
    expect(signal.aborted).to.equal(true);
  });

  it("takes one that ends by itself, or of several", () => {
    const parts = [new AbortController(), new AbortController()];
    const any = AbortSignal.any(parts.map(({ signal }) => signal));
    const { signal } = ownSignal(any);
    parts[1]?.abort();
    expect(signal.aborted).to.equal(true);
  });

  it("is nobody's where the caller gives none", () => {
    expect(ownSignal(undefined).signal.aborted).to.equal(false);
  });
});
