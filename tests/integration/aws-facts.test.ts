/** The very command that asks AWS (`npm run test:aws`), in the sandbox: what the sandbox answers is what is assumed. */

import { expect } from "chai";
import type { Answer } from "../aws/answers";
import { trialCommand } from "../aws/command";
import { FACTS } from "../aws/facts";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

const FLAGS = [
  ...["--source", "source", "--source-region", "eu-west-1"],
  ...["--vault", "vault", "--vault-region", "eu-central-1"],
];

describe("what no page of AWS settles", function () {
  this.timeout(120_000);
  const sandbox = useSandbox({ settings: { jobStepMs: 2, replicationDelayMs: 2 } });
  let answers: readonly Answer[];
  let said: string[];
  let exitCode: number;

  /** The command, with the sandbox in AWS's place; time is moved and not waited for. */
  async function run(args: readonly string[]): Promise<number> {
    const { configFile } = await sandbox().writeAwsConfig(await sandbox().temporaryFolder());
    const printed: Answer[] = [];
    said = [];
    answers = printed;
    return trialCommand(args, {
      environment: { configFile, variables: {} },
      pass: (durationMs) => {
        sandbox().world.clock.advance(durationMs);
        return Promise.resolve();
      },
      intervalMs: 20,
      deadlineMs: 30_000,
      print: (line) => printed.push(JSON.parse(line) as Answer),
      say: (line) => said.push(line),
    });
  }

  describe("the whole trial", () => {
    before(async () => {
      exitCode = await run([...FLAGS, "--budget-usd", "5", "--yes"]);
    });

    for (const { assumed, id, question } of FACTS) {
      it(`${id}: ${question}`, () => {
        expect(answers.find((answer) => answer.id === id)?.found).to.equal(assumed);
      });
    }

    it("leaves nothing behind, and ends well", () => {
      expect(said).to.deep.equal([]);
      expect(exitCode).to.equal(0);
    });
  });

  it("makes nothing without a budget that suffices, and names every mistake", async () => {
    const requestsBefore = sandbox().requests.length;
    expect(await run(["--source", "source", "--budget-usd", "0.1", "--only", "nonsense"])).to.equal(
      2,
    );
    expect(said.join("\n")).to.match(
      /--source-region is missing[^]*--vault is missing[^]*no question nonsense[^]*--yes is missing[^]*Nothing was made/,
    );
    expect(await run([...FLAGS, "--budget-usd", "0.1", "--yes"])).to.equal(2);
    expect(said.join("\n")).to.match(/--budget-usd: the trial costs about USD \d/);
    expect(sandbox().requests).to.have.length(requestsBefore);
  });
});
