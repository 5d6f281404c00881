import {
  BatchGetQueryExecutionCommand,
  CreateWorkGroupCommand,
  DeleteWorkGroupCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  GetWorkGroupCommand,
  ListQueryExecutionsCommand,
  ListWorkGroupsCommand,
  StopQueryExecutionCommand,
  UpdateWorkGroupCommand,
} from "@aws-sdk/client-athena";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA, RESULTS } from "./fixture";

describe("query executions of Athena", () => {
  const sandbox = useSandboxWithManualClock({ settings: { athenaDelayMs: 500 } });
  let athena: AthenaFixture;

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
  });

  it("are QUEUED, RUNNING and SUCCEEDED by the clock", async () => {
    const id = await athena.start("SELECT 1");
    const state = async () => (await athena.execution(id)).Status?.State;
    const results = new GetQueryResultsCommand({ QueryExecutionId: id });
    expect(await state()).to.equal("QUEUED");
    expect((await failureOf(athena.client.send(results))).message).to.equal(
      "Query has not yet finished. Current state: QUEUED",
    );
    sandbox().clock.advance(499);
    expect(await state()).to.equal("QUEUED");
    sandbox().clock.advance(1);
    expect(["RUNNING", "SUCCEEDED"]).to.include(await state());
    await sandbox().world.athena.settled();
    const execution = await athena.execution(id);
    expect(execution.Status).to.include({ State: "SUCCEEDED" });
    expect(execution.Statistics).to.include({ QueryQueueTimeInMillis: 500, DataScannedInBytes: 0 });
    const { QueryRuntimeStatistics } = await athena.client.send(
      new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: id }),
    );
    expect(QueryRuntimeStatistics?.Rows).to.include({ InputBytes: 0, OutputRows: 1 });
  });

  it("stop while they wait, and write nothing", async () => {
    const id = await athena.start("SELECT 1");
    await athena.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    sandbox().clock.advance(1000);
    await sandbox().world.athena.settled();
    const { ResultConfiguration, Status } = await athena.execution(id);
    expect(Status).to.include({ State: "CANCELLED" });
    const key = ResultConfiguration?.OutputLocation?.replace(`s3://${RESULTS}/`, "") ?? "";
    const objects = sandbox().world.s3.bucket(RESULTS).objects;
    expect([...objects.walk({ key })].map(([name]) => name)).to.not.include(key);
  });

  it("stop while they run", async () => {
    const id = await athena.start(
      "SELECT count(*) FROM UNNEST(sequence(1, 30000)) AS a (x), UNNEST(sequence(1, 1000000)) AS b (y) WHERE x * y % 7 = 3",
    );
    sandbox().clock.advance(500);
    expect((await athena.execution(id)).Status?.State).to.equal("RUNNING");
    await athena.client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    await sandbox().world.athena.settled();
    expect((await athena.execution(id)).Status?.State).to.equal("CANCELLED");
  });

  it("start once for a token", async () => {
    const token = { ClientRequestToken: "token-".padEnd(32, "x") };
    const first = await athena.start("SELECT 1", token);
    expect(await athena.start("SELECT 1", token)).to.equal(first);
    expect((await failureOf(athena.start("SELECT 2", token))).message).to.equal(
      "Idempotent parameters do not match",
    );
  });

  it("answer their rows in pages of a thousand at most, the names of the columns first", async () => {
    const { QueryExecutionId } = await athena.succeed(
      "SELECT x, 'a,\"' || x || chr(10) AS y FROM UNNEST(sequence(1, 2500)) AS t (x) ORDER BY x",
    );
    const pages: string[][] = [];
    let NextToken: string | undefined;
    do {
      const answer = await athena.client.send(
        new GetQueryResultsCommand({ QueryExecutionId, NextToken }),
      );
      pages.push((answer.ResultSet?.Rows ?? []).map(({ Data }) => Data?.[1]?.VarCharValue ?? ""));
      NextToken = answer.NextToken;
    } while (NextToken !== undefined);
    expect(pages.map(({ length }) => length)).to.deep.equal([1000, 1000, 501]);
    expect(pages.flat()[0]).to.equal("y");
    expect(pages.flat().at(-1)).to.equal('a,"2500\n');
    const few = await athena.client.send(
      new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 2 }),
    );
    expect(few.ResultSet?.Rows).to.have.length(2);
    const many = new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 1001 });
    expect((await failureOf(athena.client.send(many))).code).to.equal("InvalidRequestException");
  });

  it("have no rows once their file is gone", async () => {
    const { QueryExecutionId } = await athena.succeed("SELECT 1");
    const Key = `queries/${QueryExecutionId}.csv`;
    await sandbox()
      .s3()
      .send(new DeleteObjectCommand({ Bucket: RESULTS, Key }));
    const gone = await failureOf(
      athena.client.send(new GetQueryResultsCommand({ QueryExecutionId })),
    );
    expect(gone.message).to.equal("Could not find results");
  });

  it("take parameters in the place of question marks", async () => {
    const more = { ExecutionParameters: ["'it''s'", "-3", "DATE '2026-07-30'"] };
    expect(await athena.rows("SELECT ?, ? + 1, ?", more)).to.deep.equal([
      ["it's", "-2", "2026-07-30"],
    ]);
    const missing = await failureOf(athena.start("SELECT ?"));
    expect(missing.message).to.equal("Incorrect number of parameters: expected 1 but found 0");
    const more2 = { ExecutionParameters: ["1; DROP"] };
    expect((await failureOf(athena.start("SELECT ?", more2))).code).to.equal(
      "InvalidRequestException",
    );
  });

  it("are refused at once for a broken statement, a place that is none, and what the sandbox does not do", async () => {
    const broken = await failureOf(athena.start("SELEC 1"));
    expect(broken).to.include({ code: "InvalidRequestException", status: 400 });
    expect(broken.message).to.match(/^line 1:1: mismatched input 'SELEC'\. Expecting: /);
    expect(broken.error["AthenaErrorCode"]).to.equal("MALFORMED_QUERY");
    expect((await failureOf(athena.start("SELECT (1"))).message).to.equal(
      "line 1:10: mismatched input '<EOF>'",
    );
    const nowhere = { ResultConfiguration: { OutputLocation: "results" } };
    expect((await failureOf(athena.start("SELECT 1", nowhere))).message).to.equal(
      "outputLocation is not a valid S3 path. Provided results",
    );
    const none = { ResultConfiguration: undefined };
    expect((await failureOf(athena.start("SELECT 1", none))).message).to.match(
      /^No output location provided\./,
    );
    const refusals = {
      "UNLOAD (SELECT 1) TO 's3://a/b/'": "UNLOAD of Athena",
      "EXPLAIN SELECT 1": "EXPLAIN of Athena",
      "CREATE VIEW v AS SELECT 1": "CREATE VIEW of Athena",
    };
    for (const [query, what] of Object.entries(refusals)) {
      const refused = await failureOf(athena.start(query));
      expect(refused).to.include({
        code: "NotImplemented",
        message: `The sandbox does not implement ${what}.`,
      });
    }
  });

  it("belong to a work group, whose settings go before theirs when it enforces them", async () => {
    const OutputLocation = `s3://${RESULTS}/group/`;
    await athena.client.send(
      new CreateWorkGroupCommand({
        Name: "team",
        Configuration: { ResultConfiguration: { OutputLocation } },
      }),
    );
    const execution = await athena.succeed("SELECT 1", { WorkGroup: "team" });
    expect(execution.WorkGroup).to.equal("team");
    expect(execution.ResultConfiguration?.OutputLocation).to.match(
      /^s3:\/\/athena-results\/group\//,
    );
    const listed = await athena.client.send(new ListQueryExecutionsCommand({ WorkGroup: "team" }));
    expect(listed.QueryExecutionIds).to.deep.equal([execution.QueryExecutionId]);
    const ids = [execution.QueryExecutionId ?? "", "nobody"];
    const batch = await athena.client.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }),
    );
    expect(batch.QueryExecutions?.map((one) => one.WorkGroup)).to.deep.equal(["team"]);
    expect(batch.UnprocessedQueryExecutionIds?.map((one) => one.QueryExecutionId)).to.deep.equal([
      "nobody",
    ]);
    const { WorkGroups } = await athena.client.send(new ListWorkGroupsCommand({}));
    expect(WorkGroups?.map(({ Name }) => Name)).to.deep.equal(["primary", "team"]);

    await athena.client.send(new UpdateWorkGroupCommand({ WorkGroup: "team", State: "DISABLED" }));
    expect((await failureOf(athena.start("SELECT 1", { WorkGroup: "team" }))).message).to.match(
      /is disabled/,
    );
    const full = await failureOf(
      athena.client.send(new DeleteWorkGroupCommand({ WorkGroup: "team" })),
    );
    expect(full.message).to.equal("WorkGroup team is not empty.");
    await athena.client.send(
      new DeleteWorkGroupCommand({ WorkGroup: "team", RecursiveDeleteOption: true }),
    );
    const gone = await failureOf(
      athena.client.send(new GetWorkGroupCommand({ WorkGroup: "team" })),
    );
    expect(gone.message).to.equal("WorkGroup team is not found.");
    const kept = await failureOf(
      athena.client.send(new DeleteWorkGroupCommand({ WorkGroup: "primary" })),
    );
    expect(kept.code).to.equal("InvalidRequestException");
  });

  it("are cancelled when they read more than their work group lets them", async () => {
    const Configuration = { BytesScannedCutoffPerQuery: 10_000_000 };
    await athena.client.send(
      new CreateWorkGroupCommand({
        Name: "thrifty",
        Configuration: { ...Configuration, EnforceWorkGroupConfiguration: false },
      }),
    );
    const line = `${"x".repeat(99)}\n`;
    for (const part of [1, 2]) await athena.put(`large/${part}`, line.repeat(60_000));
    await athena.succeed(`CREATE EXTERNAL TABLE large (a string) LOCATION 's3://${DATA}/large/'`);
    const execution = await athena.run("SELECT count(*) FROM large", { WorkGroup: "thrifty" });
    expect(execution.Status).to.include({
      State: "CANCELLED",
      StateChangeReason: "Bytes scanned limit was exceeded",
    });
    expect(execution.Statistics?.DataScannedInBytes).to.equal(12_000_000);
    expect(await athena.rows("SELECT count(*) FROM large")).to.deep.equal([["120000"]]);
    const small = new UpdateWorkGroupCommand({
      WorkGroup: "thrifty",
      ConfigurationUpdates: { BytesScannedCutoffPerQuery: 1 },
    });
    expect((await failureOf(athena.client.send(small))).message).to.match(/at least 10000000/);
  });
});
