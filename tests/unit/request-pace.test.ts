import { expect } from "chai";
import { type Answer, MOST_IN_FLIGHT, Pace, Paces } from "../../automation/aws/request-pace";

/** Requests that are answered when the test says so. */
class Wire {
  readonly waiting: ((answer: Answer) => void)[] = [];

  send = (): Promise<void> =>
    new Promise((resolve, reject) => {
      this.waiting.push((answer) => {
        if (answer === "answered") resolve();
        else reject(new Error("SlowDown"));
      });
    });

  /** Answers all that are on their way now. @returns how many they were */
  async answerAll(answer: Answer): Promise<number> {
    const answered = this.waiting.splice(0);
    for (const give of answered) give(answer);
    await new Promise(setImmediate);
    return answered.length;
  }
}

const throttled = { ofError: (): Answer => "throttled" };

describe("the pace of requests", () => {
  it("rises with each answer, up to its limit", async () => {
    const paces = new Paces();
    const wire = new Wire();
    const all = Array.from({ length: 500 }, () => paces.pass("a", undefined, wire.send, throttled));
    const rounds: number[] = [];
    while (rounds.length < 4) rounds.push(await wire.answerAll("answered"));
    expect(rounds).to.deep.equal([32, 64, MOST_IN_FLIGHT, MOST_IN_FLIGHT]);
    while ((await wire.answerAll("answered")) > 0);
    await Promise.all(all);
  });

  it("is halved once for all that were throttled together, and then rises by one a round", async () => {
    const paces = new Paces();
    const wire = new Wire();
    const ask = () => void paces.pass("a", undefined, wire.send, throttled).catch(() => undefined);
    for (let count = 0; count < 500; count++) ask();
    expect(await wire.answerAll("throttled")).to.equal(32);
    expect(await wire.answerAll("answered")).to.equal(16);
    expect(await wire.answerAll("answered")).to.be.within(16, 17);
    expect(await wire.answerAll("throttled")).to.be.within(17, 18);
    expect(await wire.answerAll("throttled")).to.be.within(8, 9);
    for (let round = 0; round < 10; round++) await wire.answerAll("throttled");
    expect(await wire.answerAll("answered"), "never stands still").to.equal(1);
  });

  it("of one prefix is not that of another", async () => {
    const paces = new Paces();
    const wire = new Wire();
    const ask = (prefix: string) =>
      void paces.pass(prefix, undefined, wire.send, throttled).catch(() => undefined);
    for (let count = 0; count < 32; count++) ask("a");
    await wire.answerAll("throttled");
    for (let count = 0; count < 50; count++) ask("a");
    for (let count = 0; count < 50; count++) ask("b");
    expect(wire.waiting.length).to.equal(16 + 32);
  });

  it("lets those wait in the order of asking, and whoever is stopped go", async () => {
    const pace = new Pace();
    const turns = Array.from({ length: pace.limit }, () => pace.enter());
    expect(pace.isFull).to.equal(true);
    const order: string[] = [];
    const { signal, stop } = stopper();
    const stopped = pace.wait(signal).catch((error: unknown) => error);
    const first = pace.wait(undefined).then(() => order.push("first"));
    const second = pace.wait(undefined).then(() => order.push("second"));
    stop();
    expect(await stopped).to.have.property("code", "Aborted");
    for (const turn of turns) pace.leave(turn, "answered");
    await Promise.all([first, second]);
    expect(order).to.deep.equal(["first", "second"]);
    expect(pace.isIdle).to.equal(false);
  });

  it("hands errors on as they are", async () => {
    const failure = new Error("no");
    const passed = new Paces().pass("a", undefined, () => Promise.reject(failure), throttled);
    expect(await passed.catch((error: unknown) => error)).to.equal(failure);
  });
});

function stopper() {
  const controller = new AbortController();
  return { signal: controller.signal, stop: () => controller.abort() };
}
