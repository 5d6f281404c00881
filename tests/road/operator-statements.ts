/** A command without one of its statements: what it ends with names the action that is missing. */

import {
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import { PutBucketRequestPaymentCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import type { Road, RoadRun } from "../helpers/road";
import { STACK, twoAccounts } from "./operator-layouts";
import {
  Operator,
  statementsOf,
  type OperatorStatement,
  type TakenAway,
} from "./operator-permissions";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;

/** Which of a command's statements are tried in a file, so that none takes long. */
interface Part {
  readonly part: number;
  readonly of: number;
}
const WHOLE: Part = { part: 1, of: 1 };

/** Commands that begin with what a deployment has made. */
type LookingCommand = Exclude<OperatorCommand, "up" | "destroy" | JobsCommand>;

/** Commands on batch jobs: see operator-jobs.test.ts. */
export type JobsCommand = "jobs" | "watch" | "cancel" | "priority" | "lineage";

/** Declares a test for each statement of a command that works on what is deployed. */
export function needsEachStatementOf(command: LookingCommand, part = WHOLE): void {
  describeWithout(command, part, (operator) => {
    before(async () => {
      const { road } = operator();
      await runOk(operator(), "up");
      await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    });

    eachStatement(command, part, async (statement) => {
      // What an earlier run has brought along is missing no more.
      if (command === "backfill") {
        const { road } = operator();
        await road.withoutReplication(RECORDS, () => road.put(RECORDS, String(statement.sid)));
      }
      const run = await operator().run(command, { without: statement });
      expectNamed(command, statement, run, operator());
    });
  });
}

/**
 * Declares a test for each statement of `up`: each run goes on where the one before it was refused.
 * @param from what there is before: a vault that was made and could not be looked at is not in the state, so these are deployed
 */
export function upNeedsEachStatement(part: Part, from: "nothing" | "deployed"): void {
  describeWithout("up", part, (operator) => {
    let change = 0;
    before(async () => {
      if (from === "deployed") await runOk(operator(), "up");
    });

    eachStatement("up", part, async (statement) => {
      // What a run before has made already is to be changed.
      await operator().write(twoAccounts(++change));
      await PROVOKED[String(statement.sid)]?.(operator().road);
      const run = await operator().run("up", { without: statement });
      expectNamed("up", statement, run, operator());
    });

    it("deploys after all these refusals as soon as it may", async () => {
      await runOk(operator(), "up");
      expect(operator().refused).to.deep.equal([]);
    });
  });
}

/**
 * Declares a test for each statement of `destroy`. What goes does not wait for what is refused, so a run may have taken away what
 * the next statement is for: then it is deployed again.
 */
export function destroyNeedsEachStatement(part: Part): void {
  describeWithout("destroy", part, (operator) => {
    before(async () => {
      await runOk(operator(), "up");
      const { road } = operator();
      await road.put(RECORDS, "new");
      await road.arrived(VAULT, "new");
    });

    eachStatement("destroy", part, async (statement) => {
      let run = await operator().run("destroy", { without: statement });
      if (operator().refused.length === 0) {
        await runOk(operator(), "up");
        run = await operator().run("destroy", { without: statement });
      }
      expectNamed("destroy", statement, run, operator());
    });

    it("takes down after all these refusals as soon as it may", async () => {
      await runOk(operator(), "destroy");
      expect(operator().refused).to.deep.equal([]);
    });
  });
}

/** What somebody does to a vault, so that `up` has to put it back. */
const PROVOKED: Readonly<Record<string, (road: Road) => Promise<void>>> = {
  RestoreVaults: async (road) => {
    const RequestPaymentConfiguration = { Payer: "Requester" } as const;
    const input = { Bucket: VAULT.bucket, RequestPaymentConfiguration };
    await road.project.s3("vault").send(new PutBucketRequestPaymentCommand(input));
  },
  RestoreVaultKeys: (road) => ofVaultKey(road, (KeyId) => new DisableKeyCommand({ KeyId })),
  ConfigureKeysOfVault: (road) =>
    ofVaultKey(road, (KeyId) => new DisableKeyRotationCommand({ KeyId })),
};

async function ofVaultKey(
  road: Road,
  command: (keyId: string) => DisableKeyCommand | DisableKeyRotationCommand,
): Promise<void> {
  const kms = new KMSClient(road.project.clientOptions("vault"));
  const KeyId = "alias/lockstep-operated-vault";
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  await kms.send(command(KeyMetadata?.KeyId ?? ""));
}

/** Declares a test for each statement that only a first `up` asks for, and goes on without: each deploys something of its own. */
export function firstUpGoesOnWithout(): void {
  describe("an operator without a right that only a first up asks for", function () {
    this.timeout(300_000);
    let operator: Operator | undefined;
    afterEach(() => operator?.close());

    for (const { account, statement } of upStatements().filter(isOfFirstUp)) {
      const without = { account, sid: statement.Sid };
      it(`is told so without ${without.sid} in the ${account}'s account`, async () => {
        operator = await Operator.start(twoAccounts());
        const run = await operator.run("up", { without });
        expectNamed("up", without, run, operator);
        expect(run.exitCode, brief(run)).to.equal(0);
      });
    }
  });
}

const upStatements = () => statementsOf("up", twoAccounts()[STACK] ?? {});

function isOfFirstUp({ statement }: OperatorStatement): boolean {
  return OPERATOR_ROWS.some(
    ({ goesOn, sid }) => sid === statement.Sid && goesOn?.includes("up") === true,
  );
}

function describeWithout(
  command: OperatorCommand,
  { of, part }: Part,
  declare: (operator: () => Operator) => void,
): void {
  describe(`an operator without one right of ${command}, part ${part} of ${of}`, function () {
    this.timeout(300_000);
    let operator: Operator;

    before(async () => {
      operator = await Operator.start(twoAccounts());
    });
    after(() => operator?.close());

    declare(() => operator);
  });
}

function eachStatement(
  command: OperatorCommand,
  { of, part }: Part,
  test: (statement: TakenAway) => Promise<void>,
): void {
  const all = statementsOf(command, twoAccounts()[STACK] ?? {}).filter(
    (one) => command !== "up" || !isOfFirstUp(one),
  );
  const count = Math.ceil(all.length / of);
  for (const { account, statement } of all.slice((part - 1) * count, part * count)) {
    const sid = statement.Sid;
    it(`${command} fails by name without ${sid} in the ${account}'s account`, () =>
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
  { sid }: TakenAway,
  run: RoadRun,
  { refused }: Operator,
): void {
  const said = `${refused.join("\n")}\n${brief(run)}`;
  expect(refused, said).not.to.deep.equal([]);
  const row = OPERATOR_ROWS.find((one) => one.sid === sid);
  const warning = row?.warnings?.[command];
  const naming = run.events.filter((event) => refused.some((one) => tells(event, one)));
  expect(naming, said).not.to.deep.equal([]);
  if (warning !== undefined) {
    expect(
      naming.map(({ code }) => code),
      said,
    ).to.include(warning);
    expect(run.exitCode, said).to.equal(0);
    return;
  }
  // The doctor goes on, and says what it could not look at; so do others where the row says so.
  const goesOn = command === "doctor" || row?.goesOn?.includes(command) === true;
  if (!goesOn) expect(run.exitCode, said).to.not.equal(0);
}

/** What a run said, without the resources that it went through. */
function brief({ events, stderr }: RoadRun): string {
  const told = events.filter(({ type }) => type !== "resource");
  return [...told.map((event) => JSON.stringify(event)), stderr].join("\n");
}

/** What ends a run, is its result, or tells what it did without. */
const TELLING = new Set(["error", "finding", "verdict", "guard", "roles", "warning"]);

function tells(event: Readonly<Record<string, unknown>>, refused: string): boolean {
  if (!TELLING.has(String(event["type"]))) return false;
  const text = JSON.stringify(event).toLowerCase();
  const [action = "", resource = ""] = refused.toLowerCase().split(" ");
  const name = resource.replace(/^arn:aws:s3:::/, "").replace(/\/.*$/, "");
  const accountId = /:(\d{12}):/.exec(resource)?.[1] ?? name;
  // A verdict names the version that it is about, and at which side.
  const isWhere = text.includes(name) || text.includes(accountId) || event["type"] === "verdict";
  return text.includes(action) && isWhere;
}
