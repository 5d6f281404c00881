import type {
  ColumnInfo,
  GetQueryResultsInput,
  GetQueryResultsOutput,
  Row,
} from "@aws-sdk/client-athena";
import { isAwsError } from "../../world/aws-error";
import type { Operation, RequestContext } from "../../world/operation";
import { executionNeed, findExecution, offsetToken, tokenOffset } from "./access";
import { parseS3Path } from "./data/locations";
import * as errors from "./errors";
import type { QueryExecution, ResultColumn } from "./model";

const MAX_ROWS = 1000;

/**
 * Reads the result from S3 under the caller's rights. The first row of a SELECT has the names of the columns.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
 */
export const getQueryResults: Operation<GetQueryResultsInput, GetQueryResultsOutput> = {
  access: (input, context) => [executionNeed(context, input.QueryExecutionId)],
  handle(input, context) {
    const execution = findExecution(context, input.QueryExecutionId);
    const { state } = execution;
    if (state === "QUEUED" || state === "RUNNING") throw errors.notFinished(state);
    if (state !== "SUCCEEDED") throw errors.notSucceeded(state);
    if (input.QueryResultType === "DATA_MANIFEST") {
      throw errors.notImplemented("DATA_MANIFEST of GetQueryResults");
    }
    const limit = input.MaxResults ?? MAX_ROWS;
    if (limit < 1 || limit > MAX_ROWS) {
      throw errors.invalidRequest(`MaxResults is more than maximum allowed length ${MAX_ROWS}.`);
    }
    const file = readResult(context, execution);
    const isQuery = execution.statement.kind === "select";
    const columns = execution.columns ?? [];
    let offset = input.NextToken === undefined ? 0 : tokenOffset(input.NextToken);
    const rows: Row[] = [];
    while (rows.length < limit && offset < file.length) {
      const { fields, end } = isQuery ? csvFields(file, offset) : lineFields(file, offset);
      rows.push({ Data: fields.map((value) => (value === null ? {} : { VarCharValue: value })) });
      offset = end;
    }
    return {
      UpdateCount: 0,
      ResultSet: { Rows: rows, ResultSetMetadata: { ColumnInfo: columns.map(columnInfo) } },
      NextToken: offset < file.length ? offsetToken(offset) : undefined,
    };
  },
};

function readResult(context: RequestContext, execution: QueryExecution): Buffer {
  const { bucket, key } = parseS3Path(execution.result.OutputLocation) ?? {};
  try {
    const { Body } = context.world.invoke({
      service: "s3",
      operation: "GetObject",
      input: { Bucket: bucket, Key: key },
      principal: { ...context.principal, calledVia: "athena.amazonaws.com" },
      region: context.region,
    }) as { readonly Body?: Buffer };
    return Body ?? Buffer.alloc(0);
  } catch (error) {
    if (!isAwsError(error)) throw error;
    throw error.statusCode === 403 ? errors.resultsDenied(error.message) : errors.noResults();
  }
}

interface Line {
  readonly fields: readonly (string | null)[];
  /** Where the next one begins. */
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;

/** A line of what `resultLine` wrote: a field in quotes is a text, an empty one is null. */
function csvFields(file: Buffer, start: number): Line {
  const fields: (string | null)[] = [];
  let index = start;
  for (;;) {
    if (file[index] === QUOTE) {
      const from = ++index;
      while (file[index] !== QUOTE || file[index + 1] === QUOTE) {
        index += file[index] === QUOTE ? 2 : 1;
        // Somebody has written over the file.
        if (index > file.length) throw errors.noResults();
      }
      fields.push(file.toString("utf8", from, index).replaceAll('""', '"'));
      index++;
    } else fields.push(null);
    const next = file[index++];
    if (next === LINE_FEED || next === undefined) return { fields, end: index };
    if (next !== COMMA) throw errors.noResults();
  }
}

function lineFields(file: Buffer, start: number): Line {
  const found = file.indexOf(LINE_FEED, start);
  const end = found < 0 ? file.length : found;
  // As on AWS a line of a definition is one field, tabs and all.
  return { fields: [file.toString("utf8", start, end)], end: end + 1 };
}

function columnInfo({ name, precision, scale, type }: ResultColumn): ColumnInfo {
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: "UNKNOWN",
    CaseSensitive: type === "varchar",
  };
}
