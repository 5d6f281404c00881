import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import { OPERATOR_COMMANDS } from "../../automation/permissions/operator-row";
import { STACK, twoAccounts } from "../road/operator-layouts";
import {
  JOBS_COMMANDS,
  JOBS_IN_VAULTS,
  OF_LEVELS,
  type OperatorStatement,
  statementsOf,
  type Trial,
  TRIED_ELSEWHERE,
  triedFiles,
  triedIn,
  triedStatements,
  type TrialName,
  TRIALS,
} from "../road/operator-tried";

const ofLevels: readonly string[] = OF_LEVELS;

const NAMES = Object.keys(TRIALS) as TrialName[];
const trialOf = (name: TrialName): Trial => TRIALS[name];

const named = ({ account, statement }: OperatorStatement) => `${account} ${statement.Sid}`;

function triedOf(command: string): readonly OperatorStatement[] {
  return NAMES.filter((name) => trialOf(name).command === command).flatMap((name) =>
    Array.from({ length: trialOf(name).partsCount }, (_, index) =>
      triedStatements(name, index + 1),
    ).flat(),
  );
}

/** Commands that do all that another one does, whose statements are tried with that one. */
const BESIDES: Readonly<Record<string, string>> = { "doctor --canary": "doctor", prove: "verify" };

function triedWith(command: string): readonly OperatorStatement[] {
  const besides = BESIDES[command];
  return [...triedOf(command), ...(besides === undefined ? [] : triedOf(besides))];
}

describe("the statements that are taken away", () => {
  const jobs: readonly string[] = JOBS_COMMANDS;
  for (const command of OPERATOR_COMMANDS.filter((one) => !jobs.includes(one))) {
    it(`are all those of ${command}, each once`, () => {
      const tried = triedWith(command).map(named);
      const layouts = NAMES.map(trialOf).filter((trial) => trial.command === command);
      const isElsewhere = (one: OperatorStatement) =>
        command in BESIDES && one.statement.Sid in TRIED_ELSEWHERE && !tried.includes(named(one));
      const all = layouts
        .flatMap(({ layout }) => statementsOf(command, layout[STACK] ?? {}))
        .filter((one) => !isElsewhere(one) && !ofLevels.includes(one.statement.Sid));
      expect(new Set(tried)).to.deep.equal(new Set(all.map(named)));
      expect(tried).to.have.length(new Set(tried).size);
    });

    it(`are of each row that ${command} has`, () => {
      const tried = new Set(triedWith(command).map(({ statement }) => statement.Sid));
      const rows = OPERATOR_ROWS.filter(
        ({ actions, sid }) =>
          (actions[command] ?? []).length > 0 &&
          !(sid in TRIED_ELSEWHERE) &&
          !ofLevels.includes(sid),
      );
      expect(rows.map(({ sid }) => sid).filter((sid) => !tried.has(sid))).to.deep.equal([]);
    });
  }

  for (const command of JOBS_COMMANDS) {
    it(`are of each row that ${command} has, which works on a batch job`, () => {
      const tried = statementsOf(command, twoAccounts()[STACK] ?? {});
      const sids = tried.map(({ statement }) => statement.Sid);
      const rows = OPERATOR_ROWS.filter(
        ({ actions, sid }) =>
          (actions[command] ?? []).length > 0 &&
          !(sid in JOBS_IN_VAULTS) &&
          !(sid in TRIED_ELSEWHERE) &&
          !ofLevels.includes(sid),
      );
      expect(new Set(sids)).to.deep.equal(new Set(rows.map(({ sid }) => sid)));
    });
  }

  it("are of rows that there are, where another file tries them", () => {
    const files = readdirSync(join(__dirname, "..", "road"));
    for (const [sid, file] of Object.entries({ ...TRIED_ELSEWHERE, ...JOBS_IN_VAULTS })) {
      expect(OPERATOR_ROWS.map((row) => row.sid)).to.include(sid);
      expect(files).to.include(file);
    }
  });

  it("have a file for each part, which tries what it is named after", () => {
    const files = readdirSync(join(__dirname, "..", "road")).filter((file) =>
      /^operator-statements-.*\.test\.ts$/.test(file),
    );
    expect(files.sort()).to.deep.equal([...triedFiles()].sort());
    const parts = files.map(triedIn).map(({ name, part }) => `${name} ${part}`);
    expect(new Set(parts).size).to.equal(files.length);
    for (const file of files) {
      const { name, part } = triedIn(file);
      expect(triedStatements(name, part), file).not.to.deep.equal([]);
    }
  });
});
