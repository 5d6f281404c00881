import {
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetTableMetadataCommand,
} from "@aws-sdk/client-athena";
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { failureOf } from "../helpers/aws-failure";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { AthenaFixture, DATA, RESULTS } from "./fixture";

const REGION = "eu-west-1";
const HOME = "111111111111";
const GLUE = `arn:aws:glue:${REGION}:${HOME}`;

const allow = (Action: string | string[], ...Resource: string[]) => ({
  Effect: "Allow",
  Action,
  Resource,
});

/** What a query over the table `d.t` needs, each for its own. */
const RIGHTS = {
  athena: allow("athena:*", `arn:aws:athena:${REGION}:${HOME}:workgroup/primary`),
  glue: allow(
    ["glue:GetDatabase", "glue:GetTable"],
    `${GLUE}:catalog`,
    `${GLUE}:database/d`,
    `${GLUE}:table/d/t`,
  ),
  list: allow("s3:ListBucket", `arn:aws:s3:::${DATA}`),
  read: allow("s3:GetObject", `arn:aws:s3:::${DATA}/t/*`),
  where: allow("s3:GetBucketLocation", `arn:aws:s3:::${RESULTS}`),
  write: allow(["s3:PutObject", "s3:GetObject"], `arn:aws:s3:::${RESULTS}/*`),
};

describe("rights of whoever queries Athena", () => {
  const sandbox = useSandboxWithManualClock();
  let athena: AthenaFixture;
  const query = "SELECT a FROM d.t";

  before(async () => {
    athena = new AthenaFixture(sandbox());
    await athena.buckets();
    await athena.put("t/1", "x\n");
    await athena.succeed("CREATE DATABASE d");
    for (const name of ["t", "sealed"]) {
      await athena.succeed(
        `CREATE EXTERNAL TABLE d.${name} (a string) LOCATION 's3://${DATA}/${name}/'`,
      );
    }
  });

  async function outcomeWithout(...left: (keyof typeof RIGHTS)[]): Promise<string> {
    const names = (Object.keys(RIGHTS) as (keyof typeof RIGHTS)[]).filter(
      (name) => !left.includes(name),
    );
    const { athena: client } = await athena.user(...names.map((name) => RIGHTS[name]));
    return athena.outcome(query, {}, client);
  }

  it("are enough together", async () => {
    expect(await outcomeWithout()).to.equal("SUCCEEDED: ");
  });

  it("are asked for one by one: work group, tables, data and results", async () => {
    const refused = await failureOf(outcomeWithout("athena"));
    expect(refused).to.include({ code: "AccessDeniedException", status: 400 });
    expect(refused.message).to.match(
      /^You are not authorized to perform: athena:StartQueryExecution on the resource\./,
    );
    expect(await outcomeWithout("glue")).to.match(
      /^FAILED: User: .* is not authorized to perform: glue:GetDatabase on resource: .*:catalog because no identity-based policy/,
    );
    expect(await outcomeWithout("list")).to.equal(
      `FAILED: PERMISSION_DENIED: Access Denied (Service: S3, Status Code: 403) (Path: s3://${DATA}/t/)`,
    );
    expect(await outcomeWithout("read")).to.equal(
      `FAILED: PERMISSION_DENIED: Access Denied (Service: S3, Status Code: 403) (Path: s3://${DATA}/t/1)`,
    );
    expect(await failureOf(outcomeWithout("where"))).to.include({
      code: "InvalidRequestException",
      message: `Unable to verify/create output bucket ${RESULTS}`,
    });
    expect(await outcomeWithout("write")).to.match(
      /^FAILED: Access denied when writing output to url: s3:\/\/athena-results\/queries\/.*\.csv \. Please ensure/,
    );
  });

  it("may ask who calls on the caller's behalf", async () => {
    const via = { "aws:CalledVia": "athena.amazonaws.com" };
    const { athena: client } = await athena.user(
      ...[RIGHTS.athena, RIGHTS.glue, RIGHTS.list, RIGHTS.where, RIGHTS.write],
      { ...RIGHTS.read, Condition: { "ForAnyValue:StringEquals": via } },
    );
    expect(await athena.outcome(query, {}, client)).to.equal("SUCCEEDED: ");
  });

  it("to read a result are those of S3 as well", async () => {
    const id = (await athena.succeed(query)).QueryExecutionId;
    const { athena: client } = await athena.user(RIGHTS.athena, RIGHTS.read);
    await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }));
    const refused = await failureOf(
      client.send(new GetQueryResultsCommand({ QueryExecutionId: id })),
    );
    expect(refused.code).to.equal("AccessDeniedException");
  });

  it("to see a table are those of the catalog as well", async () => {
    const command = new GetTableMetadataCommand({
      CatalogName: "AwsDataCatalog",
      DatabaseName: "d",
      TableName: "t",
    });
    const own = allow(
      "athena:GetTableMetadata",
      `arn:aws:athena:${REGION}:${HOME}:datacatalog/AwsDataCatalog`,
    );
    const { athena: without } = await athena.user(own);
    expect((await failureOf(without.send(command))).message).to.match(
      /perform: glue:GetTable on the resource/,
    );
    const { athena: client } = await athena.user(own, RIGHTS.glue);
    const { TableMetadata } = await client.send(command);
    expect(TableMetadata?.Parameters?.["location"]).to.equal(`s3://${DATA}/t`);
  });

  it("are KMS's too, for data and for results under a key", async () => {
    const { KeyMetadata } = await sandbox().kms().send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId ?? "";
    await athena.put("sealed/1", "y\n", {
      ServerSideEncryption: "aws:kms",
      SSEKMSKeyId: KeyId,
    });
    expect(await athena.rows("SELECT * FROM d.sealed")).to.deep.equal([["y"]]);
    const others = [
      ...[RIGHTS.athena, RIGHTS.list, RIGHTS.where, RIGHTS.write],
      allow(["glue:GetDatabase", "glue:GetTable"], `${GLUE}:*`),
      allow("s3:GetObject", `arn:aws:s3:::${DATA}/sealed/*`),
    ];
    const { athena: without } = await athena.user(...others);
    expect(await athena.outcome("SELECT * FROM d.sealed", {}, without)).to.match(
      /^FAILED: PERMISSION_DENIED: .*sealed\/1\)$/,
    );
    const { athena: client } = await athena.user(
      ...others,
      allow("kms:Decrypt", KeyMetadata?.Arn ?? ""),
    );
    expect(await athena.outcome("SELECT * FROM d.sealed", {}, client)).to.equal("SUCCEEDED: ");
    const encrypted = {
      ResultConfiguration: {
        OutputLocation: `s3://${RESULTS}/sealed`,
        EncryptionConfiguration: {
          EncryptionOption: "SSE_KMS",
          KmsKey: KeyId,
        } as const,
      },
    };
    expect(
      (await athena.succeed("SELECT 1", encrypted)).ResultConfiguration?.OutputLocation,
    ).to.match(/^s3:\/\/athena-results\/sealed\/[\w-]+\.csv$/);
    await sandbox().kms().send(new DisableKeyCommand({ KeyId }));
    expect(await athena.outcome("SELECT * FROM d.sealed")).to.match(
      /^FAILED: HIVE_CANNOT_OPEN_SPLIT: /,
    );
    expect(await athena.outcome("SELECT 1", encrypted)).to.match(
      /^FAILED: Access denied when writing output/,
    );
    await sandbox().kms().send(new EnableKeyCommand({ KeyId }));
  });

  it("end at Glacier: what is archived is passed over, and fails where a link names it", async () => {
    await athena.put("t/2", "cold\n", { StorageClass: "GLACIER" });
    expect(await athena.rows(query)).to.deep.equal([["x"]]);
    await athena.put("t/3", "frozen\n", { StorageClass: "DEEP_ARCHIVE" });
    expect(await athena.rows(query)).to.deep.equal([["x"]]);
    await athena.put("t/4", "at hand\n", { StorageClass: "GLACIER_IR" });
    expect(await athena.rows(query)).to.have.deep.members([["x"], ["at hand"]]);
    await athena.put("links/all", `s3://${DATA}/t/3\n`);
    await athena.succeed(
      `CREATE EXTERNAL TABLE d.linked (a string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
      STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat'
      LOCATION 's3://${DATA}/links/'`,
    );
    expect(await athena.outcome("SELECT * FROM d.linked")).to.match(
      /^FAILED: HIVE_CURSOR_ERROR: The operation is not valid for the object's storage class/,
    );
  });
});
