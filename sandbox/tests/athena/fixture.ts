import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
  type StartQueryExecutionInput,
} from "@aws-sdk/client-athena";
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Keys, TestSandboxWithManualClock } from "../helpers/sandbox";

export const RESULTS = "athena-results";
export const DATA = "athena-data";

/** Rows without the header; a null is null. */
export type Rows = (string | null)[][];

/** Queries of Athena through the AWS SDK. */
export class AthenaFixture {
  private userCount = 0;

  constructor(
    readonly sandbox: TestSandboxWithManualClock,
    readonly client: AthenaClient = sandbox.athena(),
  ) {}

  async buckets(): Promise<void> {
    for (const name of [RESULTS, DATA]) await this.bucket(name);
  }

  async bucket(Bucket: string): Promise<void> {
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" } as const;
    await this.sandbox.s3().send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
  }

  /** Keys of the data below a prefix, with their ETags. */
  async keys(Prefix: string): Promise<{ key: string; etag: string }[]> {
    const { Contents = [] } = await this.sandbox
      .s3()
      .send(new ListObjectsV2Command({ Bucket: DATA, Prefix }));
    return Contents.map(({ ETag = "", Key = "" }) => ({ key: Key, etag: ETag }));
  }

  async put(Key: string, Body: string | Buffer, more: object = {}): Promise<void> {
    await this.sandbox.s3().send(new PutObjectCommand({ Bucket: DATA, Key, Body, ...more }));
  }

  async start(
    QueryString: string,
    more: Partial<StartQueryExecutionInput> = {},
    client = this.client,
  ): Promise<string> {
    const { QueryExecutionId = "" } = await client.send(
      new StartQueryExecutionCommand({
        QueryString,
        ResultConfiguration: { OutputLocation: `s3://${RESULTS}/queries/` },
        ...more,
      }),
    );
    return QueryExecutionId;
  }

  async execution(QueryExecutionId: string): Promise<QueryExecution> {
    const answer = await this.client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
    if (answer.QueryExecution === undefined) throw new Error("There is no such query.");
    return answer.QueryExecution;
  }

  /** Starts a query and lets it come to its end. */
  async run(
    query: string,
    more: Partial<StartQueryExecutionInput> = {},
    client = this.client,
  ): Promise<QueryExecution> {
    const id = await this.start(query, more, client);
    this.sandbox.clock.advance(1000);
    await this.sandbox.world.athena.settled();
    // A defect comes out of the clock.
    this.sandbox.clock.advance(0);
    return this.execution(id);
  }

  /** The state of a query and why. */
  async outcome(query: string, more: Partial<StartQueryExecutionInput> = {}, client = this.client) {
    const { Status } = await this.run(query, more, client);
    return `${Status?.State}: ${Status?.StateChangeReason ?? ""}`;
  }

  /** @throws Error unless the query succeeds */
  async succeed(
    query: string,
    more: Partial<StartQueryExecutionInput> = {},
  ): Promise<QueryExecution> {
    const execution = await this.run(query, more);
    if (execution.Status?.State === "SUCCEEDED") return execution;
    throw new Error(`${query}: ${execution.Status?.StateChangeReason}`);
  }

  /** The first page of what a query answers. */
  async rows(query: string, more: Partial<StartQueryExecutionInput> = {}): Promise<Rows> {
    const { QueryExecutionId } = await this.succeed(query, more);
    const { ResultSet } = await this.client.send(new GetQueryResultsCommand({ QueryExecutionId }));
    const rows = (ResultSet?.Rows ?? []).map(({ Data = [] }) =>
      Data.map(({ VarCharValue }) => VarCharValue ?? null),
    );
    return /^\s*(select|with|values)/i.test(query) ? rows.slice(1) : rows;
  }

  /** A user of the source account with these rights and no others. */
  async user(...statements: object[]): Promise<{ keys: Keys; athena: AthenaClient }> {
    const UserName = `analyst-${++this.userCount}`;
    const iam = this.sandbox.iam();
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: "rights",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const keys = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    return { keys, athena: this.sandbox.athena("source", { credentials: keys }) };
  }
}
