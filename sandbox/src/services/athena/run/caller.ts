import type { GetObjectOutput, ListObjectsV2Output } from "@aws-sdk/client-s3";
import { denialMessage } from "../../../authorization/explain";
import type { Principal } from "../../../authorization/model";
import { isAwsError } from "../../../world/aws-error";
import type { Foundation } from "../../../world/foundation";
import type { QueryExecution } from "../model";
import { userError } from "./failure";

/** An object as a listing shows it. */
export interface ListedObject {
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number;
  readonly storageClass: string;
}

/**
 * Whoever started a query, as Athena acts for him: in S3 and in the catalog with his own rights, through a forward access session.
 * @see https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena-calledvia.html
 */
export class Caller {
  private readonly principal: Principal;

  constructor(
    private readonly world: Foundation,
    private readonly execution: QueryExecution,
  ) {
    this.principal = { ...execution.principal, calledVia: "athena.amazonaws.com" };
  }

  /**
   * The rights in the Data Catalog, on everything from the catalog down to the table.
   * @throws QueryFailed
   * @see https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
   */
  requireGlue(actions: readonly string[], databaseName?: string, tableName?: string): void {
    const { region, accountId } = this.execution.place;
    const arn = `arn:aws:glue:${region}:${accountId}`;
    const resources = [`${arn}:catalog`];
    if (databaseName !== undefined) resources.push(`${arn}:database/${databaseName}`);
    if (tableName !== undefined) resources.push(`${arn}:table/${databaseName}/${tableName}`);
    const { conditionKeys } = this.execution;
    for (const action of actions.map((name) => `glue:${name}`)) {
      for (const resource of resources) {
        const need = { action, resource, conditionKeys };
        const decision = this.world.decide(this.principal, need);
        if (decision.allowed) continue;
        const message = denialMessage(this.principal, need, decision);
        throw userError(
          `${message} (Service: AmazonDataCatalog; Status Code: 400; Error Code: AccessDeniedException)`,
        );
      }
    }
  }

  /** Every object below a prefix. @throws QueryFailed */
  list(bucket: string, prefix: string): ListedObject[] {
    const found: ListedObject[] = [];
    let token: string | undefined;
    do {
      const answer = this.s3<ListObjectsV2Output>(
        "ListObjectsV2",
        { Bucket: bucket, Prefix: prefix, ContinuationToken: token },
        `s3://${bucket}/${prefix}`,
      );
      for (const { Key = "", Size = 0, StorageClass = "STANDARD" } of answer.Contents ?? []) {
        found.push({ bucket, key: Key, sizeBytes: Size, storageClass: StorageClass });
      }
      token = answer.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  /** @throws QueryFailed */
  read(bucket: string, key: string): Buffer {
    const answer = this.s3<Omit<GetObjectOutput, "Body"> & { readonly Body?: Buffer }>(
      "GetObject",
      { Bucket: bucket, Key: key },
      `s3://${bucket}/${key}`,
    );
    return answer.Body ?? Buffer.alloc(0);
  }

  /** @throws AwsError */
  put(bucket: string, key: string, input: object): void {
    this.invoke("PutObject", { ...input, Bucket: bucket, Key: key });
  }

  private s3<Output>(operation: string, input: object, path: string): Output {
    try {
      return this.invoke(operation, input) as Output;
    } catch (error) {
      if (!isAwsError(error)) throw error;
      throw userError(readFailure(error.code, error.statusCode, error.message, path));
    }
  }

  private invoke(operation: string, input: object): unknown {
    const { region } = this.execution.place;
    const { world, principal } = this;
    return world.invoke({ service: "s3", operation, input, principal, region });
  }
}

/**
 * `PERMISSION_DENIED` as quoted from Athena's engine of today, the others as from the one before; the path behind is assumed.
 * @see https://github.com/aws/context-ontology-accelerator/pull/38
 * @see https://dev.classmethod.jp/articles/athena-glacier-deep-archive-error/
 */
function readFailure(code: string, status: number, message: string, path: string): string {
  if (code === "InvalidObjectState") {
    return `HIVE_CURSOR_ERROR: ${message} (Service: Amazon S3; Status Code: ${status}; Error Code: ${code}) (Path: ${path})`;
  }
  if (status === 403) {
    return `PERMISSION_DENIED: Access Denied (Service: S3, Status Code: 403) (Path: ${path})`;
  }
  return `HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split ${path}: ${message} (Service: S3, Status Code: ${status})`;
}
