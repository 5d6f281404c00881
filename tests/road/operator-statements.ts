/** A command without one of its statements: what it ends with names the action that is missing. */

import { expect } from "chai";
import { OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { ACCOUNTS } from "../helpers/engine-project";
import type { RoadRun } from "../helpers/road";
import { makeWatched } from "./operator-before";
import { type Layout, twoAccounts, WATCHED } from "./operator-layouts";
import { Operator } from "./operator-permissions";
import { PROVOKED } from "./operator-provoked";
import {
  type OperatorStatement,
  type TakenAway,
  triedIn,
  triedStatements,
  type TrialName,
  TRIALS,
} from "./operator-tried";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const WATCHED_RECORDS = { account: "source", bucket: "watched-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;

/** Declares the tests of a file of trials: one for each statement that is taken away. @param file its name */
export function triesStatements(file: string): void {
  const { name, part } = triedIn(file);
  const { command, layout } = TRIALS[name];
  const trial = { command, layout, statements: triedStatements(name, part) };
  describe(`an operator without one right of ${command}`, function () {
    this.timeout(600_000);
    DECLARED[name](trial);
  });
}

interface TrialPart {
  readonly command: OperatorCommand;
  readonly layout: Layout;
  readonly statements: readonly OperatorStatement[];
}

const DECLARED: Readonly<Record<TrialName, (trial: TrialPart) => void>> = {
  preview: looking,
  "up-first": deployingFirst,
  "up-source": deploying({ isDeployed: false }),
  // A vault that was made and could not be looked at is not in the state, so there is one.
  "up-vault": deploying({ isDeployed: true }),
  backfill: looking,
  verify: looking,
  prove: proving,
  relock: looking,
  doctor: looking,
  canary: watching,
  destroy: takingDown,
};

/** Of a command that works on what is deployed. */
function looking({ command, layout, statements }: TrialPart): void {
  const operator = startedWith(layout);
  before(async () => {
    const { road } = operator();
    if (layout === WATCHED) await makeWatched(road);
    await runOk(operator(), "up");
    if (command !== "verify") return;
    await road.put(RECORDS, "new");
    await road.arrived(VAULT, "new");
  });

  // Nobody asks why a version is missing while none is.
  const asksOfMissing = ({ statement }: OperatorStatement) => statement.Sid === "ReadLedger";
  const others = statements.filter((one) => !asksOfMissing(one));
  eachOf([...others, ...statements.filter(asksOfMissing)], command, async (without) => {
    // What an earlier run has brought along is missing no more.
    if (command === "backfill" || without.sid === "ReadLedger") {
      const { road } = operator();
      await road.withoutReplication(RECORDS, () => road.put(RECORDS, without.sid));
    }
    // What an earlier run has locked is locked for long enough.
    if (command === "relock") {
      await operator().road.put(RECORDS, without.sid);
      await operator().road.arrived(VAULT, without.sid);
    }
    const run = await operator().run(command, { without });
    expectNamed(command, without, run, operator());
  });
}

/** After a backfill and a relock, of which it reads what they left, and a bundle that is kept already. */
function proving({ command, layout, statements }: TrialPart): void {
  const operator = startedWith(layout);
  before(async () => {
    await runOk(operator(), "up");
  });
  before(async () => {
    const { road } = operator();
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    // Its source locks for less, which the relock mends.
    const { events } = await operator().run("backfill");
    expect(events.at(-1)).to.have.deep.nested.property("vaults[0].codes", {
      "failed/lock-weaker": 1,
    });
  });
  before(() => runOk(operator(), "relock"));

  it("is refused nothing with all of them, and each allows something by itself", async () => {
    await runOk(operator(), command);
    // The second reads the last one that is kept.
    await runOk(operator(), command);
    expect(operator().refused).to.deep.equal([]);
    const own = statements.map(({ account, statement: { Sid } }) => `${account} ${Sid}`);
    expect(
      operator()
        .idle(command)
        .filter((one) => own.includes(one)),
    ).to.deep.equal([]);
    const unused = operator().unused(command);
    expect(unused.filter((one) => own.some((sid) => one.startsWith(sid)))).to.deep.equal([
      // For bundles of more than 5 GB, and for those that are locked.
      "vault KeepEvidence s3:AbortMultipartUpload",
      "vault KeepEvidence s3:PutObjectRetention",
    ]);
  });

  eachOf(statements, command, async (without) => {
    const run = await operator().run(command, { without });
    expectNamed(command, without, run, operator());
  });
}

function watching({ command, layout, statements }: TrialPart): void {
  const operator = startedWith(layout);
  before(async () => {
    await makeWatched(operator().road);
    await runOk(operator(), "up");
    await operator().road.put(WATCHED_RECORDS, "kept/a", "keep=yes");
  });

  it("is refused nothing with all of them, and sees the canary arrive", async () => {
    const run = await operator().run(command);
    expect(operator().refused, brief(run)).to.deep.equal([]);
    const found = run.events.filter(
      ({ severity, type }) => type === "finding" && severity !== "info",
    );
    // It may make no job, which it is told.
    const known = ["caller-pass-role", "caller-right"];
    expect(found.map(({ id }) => id).filter((id) => !known.includes(String(id)))).to.deep.equal([]);
    const [arrived] = run.events.filter(({ id }) => id === "canary-arrived");
    expect(arrived, brief(run)).to.include({ account: ACCOUNTS.vault.accountId });
    expect(operator().idle(command)).to.deep.equal([]);
  });

  eachOf(statements, command, async (without) => {
    const run = await operator().run(command, { without });
    expectNamed(command, without, run, operator());
    expect(brief(run)).to.contain('"not-checked"').and.not.to.contain('"canary-refused"');
  });
}

/** Each run goes on where the one before it was refused. */
function deploying({ isDeployed }: { readonly isDeployed: boolean }): (trial: TrialPart) => void {
  return ({ command, layout, statements }) => {
    const operator = startedWith(layout);
    let change = 0;
    before(async () => {
      if (isDeployed) await runOk(operator(), "up");
    });

    eachOf(statements, command, async (without) => {
      // What a run before has made already is to be changed.
      await operator().write(twoAccounts(++change));
      await PROVOKED[without.sid]?.(operator().road);
      const run = await operator().run(command, { without });
      expectNamed(command, without, run, operator());
    });

    it("deploys after all these refusals as soon as it may", async () => {
      await runOk(operator(), "up");
      expect(operator().refused).to.deep.equal([]);
    });
  };
}

/** `up` goes on without what only a first one asks for: each deploys something of its own. */
function deployingFirst({ command, layout, statements }: TrialPart): void {
  let operator: Operator | undefined;
  afterEach(() => operator?.close());

  eachOf(statements, command, async (without) => {
    operator = await Operator.start(layout);
    const run = await operator.run(command, { without });
    expectNamed(command, without, run, operator);
    expect(run.exitCode, brief(run)).to.equal(0);
  });
}

/**
 * What goes does not wait for what is refused, so a run may have taken away what the next statement is for: then it is deployed
 * again.
 */
function takingDown({ command, layout, statements }: TrialPart): void {
  const operator = startedWith(layout);
  before(async () => {
    const { road } = operator();
    await runOk(operator(), "up");
    await road.put(RECORDS, "new");
    await road.arrived(VAULT, "new");
  });

  eachOf(statements, command, async (without) => {
    let run = await operator().run(command, { without });
    if (operator().refused.length === 0) {
      await runOk(operator(), "up");
      run = await operator().run(command, { without });
    }
    expectNamed(command, without, run, operator());
  });

  it("takes down after all these refusals as soon as it may", async () => {
    await runOk(operator(), command);
    expect(operator().refused).to.deep.equal([]);
  });
}

/** One operator for all tests of a file. */
function startedWith(layout: Layout): () => Operator {
  let operator: Operator;
  before(async () => {
    operator = await Operator.start(layout);
  });
  after(() => operator?.close());
  return () => operator;
}

function eachOf(
  statements: readonly OperatorStatement[],
  command: OperatorCommand,
  test: (without: TakenAway) => Promise<void>,
): void {
  for (const { account, statement } of statements) {
    const sid = statement.Sid;
    it(`${command} tells what is missing without ${sid} in the ${account}'s account`, () =>
      test({ account, sid }));
  }
}

async function runOk(operator: Operator, command: OperatorCommand): Promise<void> {
  const run = await operator.run(command);
  expect(run.exitCode, brief(run)).to.equal(0);
}

/** Something of what was refused is named, with the resource or the account, and the command ends as the document says. */
export function expectNamed(
  command: OperatorCommand,
  without: TakenAway,
  run: RoadRun,
  operator: Operator,
): void {
  const missing = operator.missing(command, without);
  const said = `${operator.refused.join("\n")}\n${brief(run)}`;
  expect(missing, said).not.to.deep.equal([]);
  const row = OPERATOR_ROWS.find((one) => one.sid === without.sid);
  const warning = row?.warnings?.[command];
  const naming = run.events.filter((event) => missing.some((one) => tells(event, one)));
  expect(naming, said).not.to.deep.equal([]);
  if (warning !== undefined) {
    expect(
      naming.map(({ code }) => code),
      said,
    ).to.include(warning);
    // What is missing at a vault ends a verdict by itself.
    if (command !== "verify") expect(run.exitCode, said).to.equal(0);
    return;
  }
  // The doctor goes on, and says what it could not look at; so do others where the row says so.
  const goesOn = command.startsWith("doctor") || row?.goesOn?.includes(command) === true;
  if (!goesOn) expect(run.exitCode, said).to.not.equal(0);
}

/** What a run said, without the resources that it went through. */
function brief({ events, stderr }: RoadRun): string {
  const told = events.filter(({ type }) => type !== "resource");
  return [...told.map((event) => JSON.stringify(event)), stderr].join("\n");
}

/** What ends a run, is its result, or tells what it did without. */
const TELLING = new Set(["error", "finding", "verdict", "guard", "relock", "roles", "warning"]);

function tells(event: Readonly<Record<string, unknown>>, refused: string): boolean {
  if (!TELLING.has(String(event["type"]))) return false;
  const text = JSON.stringify(event).toLowerCase();
  const [action = "", resource = ""] = refused.toLowerCase().split(" ");
  const name = resource.replace(/^arn:aws:s3:::/, "").replace(/\/.*$/, "");
  const accountId = /:(\d{12}):/.exec(resource)?.[1] ?? name;
  // A verdict names the version that it is about, and at which side.
  const isWhere =
    text.includes(name) ||
    text.includes(accountId) ||
    ["relock", "verdict"].includes(String(event["type"]));
  return text.includes(action) && isWhere;
}
