/** How works take turns. */

import { expect } from "chai";
import { inTurn, Meeting } from "../../automation/environment/meeting";

describe("works that meet", () => {
  const log: string[] = [];
  beforeEach(() => void (log.length = 0));

  const coming = (meeting: Meeting<string>, name: string) => async (): Promise<string> => {
    log.push(`${name} begins`);
    await Promise.resolve();
    const all = await meeting.come(name);
    log.push(`${name} goes on beside ${all.join()}`);
    await Promise.resolve();
    log.push(`${name} ends`);
    return `${name}!`;
  };
  const alone = (name: string) => async (): Promise<string> => {
    await Promise.resolve();
    log.push(`${name} ends`);
    return `${name}!`;
  };
  const failing = (name: string) => async (): Promise<string> => {
    await Promise.resolve();
    log.push(`${name} fails`);
    throw new Error(name);
  };

  it("go on one after the other, once all are there or have ended", async () => {
    const meeting = new Meeting<string>();
    const works = [coming(meeting, "a"), alone("b"), coming(meeting, "c")];
    expect(await meeting.run(works)).to.deep.equal(["a!", "b!", "c!"]);
    expect(log).to.deep.equal([
      "a begins",
      "b ends",
      "c begins",
      "a goes on beside a,c",
      "a ends",
      "c goes on beside a,c",
      "c ends",
    ]);
  });

  it("all end, whatever becomes of one, and the first failure in their order is told", async () => {
    const meeting = new Meeting<string>();
    const late = async (): Promise<string> => {
      await meeting.come("a");
      return failing("a")();
    };
    const works = [late, failing("b"), coming(meeting, "c")];
    const error: unknown = await meeting.run(works).catch((failure: unknown) => failure);
    expect(String(error)).to.equal("Error: a");
    expect(log.at(-1)).to.equal("c ends");
    expect(log).to.include.members(["a fails", "b fails"]);
  });

  it("without a meeting begin when the one before has ended, and not after a failure", async () => {
    expect(await inTurn([alone("a"), alone("b")])).to.deep.equal(["a!", "b!"]);
    const error: unknown = await inTurn([failing("c"), alone("d")]).catch(
      (failure: unknown) => failure,
    );
    expect(String(error)).to.equal("Error: c");
    expect(log).to.deep.equal(["a ends", "b ends", "c fails"]);
  });
});
