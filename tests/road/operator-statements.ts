/** A command without one of its statements: what it ends with names the action that is missing. */

import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import { Operator } from "./operator-permissions";

const RECORDS = { account: "source", bucket: "operated-records" } as const;

/** Declares a test for each statement of the commands. */
export function needsEachStatementOf(...commands: readonly OperatorCommand[]): void {
  describe(`an operator without one right of ${commands.join(", ")}`, function () {
    this.timeout(300_000);
    let operator: Operator;

    before(async () => {
      operator = await Operator.start();
      const { road } = operator;
      const deployed = await operator.run("up");
      expect(deployed.exitCode, deployed.stdout).to.equal(0);
      await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    });
    after(() => operator?.close());

    for (const command of commands) {
      for (const { account, statement } of Operator.statementsOf(command)) {
        it(`${command} fails by name without ${statement.Sid} in the ${account}'s account`, async () => {
          // What an earlier run has brought along is missing no more.
          if (command === "backfill") {
            const { road } = operator;
            await road.withoutReplication(RECORDS, () => road.put(RECORDS, statement.Sid));
          }
          const run = await operator.run(command, { account, sid: statement.Sid });
          const said = `${run.stdout}${run.stderr}`;
          expect(operator.refused, said).not.to.deep.equal([]);
          const isTold = run.events.some((event) => tells(event, operator.refused));
          expect(isTold, `${operator.refused.join("\n")}\n${said}`).to.equal(true);
          const row = OPERATOR_ROWS.find(({ sid }) => sid === statement.Sid);
          const goesOn = command === "doctor" || row?.goesOn?.includes(command) === true;
          if (!goesOn) expect(run.exitCode, said).to.not.equal(0);
        });
      }
    }
  });
}

/** HEAD requests are answered without words: an error then names the operation, and a verdict the outcome. */
const WORDLESS: Readonly<Record<string, string>> = {
  "s3:ListBucket": "HeadBucket",
  "s3:GetObjectVersion": "unverifiable/no-right",
};

function tells(event: Readonly<Record<string, unknown>>, refused: readonly string[]): boolean {
  const text = JSON.stringify(event).toLowerCase();
  return refused.some((one) => {
    const [action = ""] = one.split(" ");
    const names = [action, action.slice(action.indexOf(":") + 1), WORDLESS[action] ?? action];
    return names.some((name) => text.includes(name.toLowerCase()));
  });
}
