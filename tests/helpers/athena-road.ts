/** The Athena of an account on a road, as somebody of that account has it already. */

import {
  AthenaClient,
  GetQueryExecutionCommand,
  ListQueryExecutionsCommand,
  ListTableMetadataCommand,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { ACCOUNTS } from "./engine-project";
import { eventually } from "./eventually";
import type { Road } from "./road";

export class AthenaOfRoad {
  /** As a vault's part of `lockstep:verdict` athena, or a source's of `lockstep:backfill`. */
  readonly place: { readonly database: string; readonly location: string };

  private constructor(
    private readonly road: Road,
    private readonly bucket: string,
    private readonly client: AthenaClient,
    private readonly account: keyof typeof ACCOUNTS,
  ) {
    this.place = { database: "lockstep", location: `s3://${bucket}/looks/` };
  }

  static async make(
    road: Road,
    bucket: string,
    account: keyof typeof ACCOUNTS = "vault",
  ): Promise<AthenaOfRoad> {
    const { region } = ACCOUNTS[account];
    const s3 = road.project.s3(account);
    const { credentials } = s3.config;
    const { endpoint } = road.project.sandbox;
    await s3.send(
      new CreateBucketCommand({
        Bucket: bucket,
        CreateBucketConfiguration: { LocationConstraint: region },
      }),
    );
    const client = new AthenaClient({ region, credentials, endpoint });
    const made = new AthenaOfRoad(road, bucket, client, account);
    await made.run("CREATE DATABASE lockstep");
    return made;
  }

  async run(QueryString: string): Promise<void> {
    const ResultConfiguration = { OutputLocation: `s3://${this.bucket}/definitions/` };
    const { QueryExecutionId } = await this.client.send(
      new StartQueryExecutionCommand({ QueryString, ResultConfiguration }),
    );
    await eventually(async () => {
      const { QueryExecution } = await this.client.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      );
      expect(QueryExecution?.Status?.State).to.equal("SUCCEEDED");
    });
  }

  async queriesCount(): Promise<number> {
    const { QueryExecutionIds = [] } = await this.client.send(
      new ListQueryExecutionsCommand({ MaxResults: 50 }),
    );
    return QueryExecutionIds.length;
  }

  /** Keys of what lies in the place. */
  async keys(): Promise<readonly string[]> {
    const { Contents = [] } = await this.road.project
      .s3(this.account)
      .send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: "looks/" }));
    return Contents.map(({ Key = "" }) => Key);
  }

  /** Names of tables in its database. */
  async tables(): Promise<readonly string[]> {
    const { TableMetadataList = [] } = await this.client.send(
      new ListTableMetadataCommand({
        CatalogName: "AwsDataCatalog",
        DatabaseName: this.place.database,
      }),
    );
    return TableMetadataList.map(({ Name = "" }) => Name);
  }

  close(): void {
    this.client.destroy();
  }
}
