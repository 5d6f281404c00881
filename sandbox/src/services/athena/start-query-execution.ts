import type {
  ResultConfiguration,
  StartQueryExecutionInput,
  StartQueryExecutionOutput,
} from "@aws-sdk/client-athena";
import { isAwsError } from "../../world/aws-error";
import type { Operation, RequestContext } from "../../world/operation";
import { findWorkGroup, placeOf, scopeOf, workGroupNeed } from "./access";
import { parseS3Path } from "./data/locations";
import * as errors from "./errors";
import type { QueryExecution, WorkGroup } from "./model";
import { withParameters } from "./sql/parameters";
import { parseStatement, type Statement } from "./sql/statement";
import { SyntaxMistake } from "./sql/tokens";

const MAX_QUERY_BYTES = 262_144;

/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html */
export const startQueryExecution: Operation<StartQueryExecutionInput, StartQueryExecutionOutput> = {
  access: (input, context) => [workGroupNeed(context, input.WorkGroup)],
  handle(input, context) {
    const scope = scopeOf(context);
    const workGroup = findWorkGroup(context, input.WorkGroup);
    if (!workGroup.isEnabled) throw errors.workGroupDisabled(workGroup.name);
    const text = input.QueryString ?? "";
    if (text.trim() === "") throw errors.invalidRequest("QueryString must not be empty");
    if (Buffer.byteLength(text) > MAX_QUERY_BYTES) {
      throw errors.invalidRequest(
        `queryString with more than ${MAX_QUERY_BYTES} bytes is not allowed`,
      );
    }
    const known = knownExecution(input, context);
    if (known !== undefined) return { QueryExecutionId: known.id };
    requireDataCatalog(input);
    if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled === true) {
      throw errors.notImplemented("ResultReuseConfiguration of StartQueryExecution");
    }

    const result = resultConfiguration(input, workGroup);
    requireOutputBucket(context, result.OutputLocation);
    const { query, statement } = parsed(text, input.ExecutionParameters);
    const id = context.world.random.uuid();
    const folder = result.OutputLocation.replace(/\/?$/, "/");
    const extension = statement.kind === "select" ? "csv" : "txt";
    context.world.athena.start({
      id,
      place: placeOf(context),
      query,
      statement,
      databaseName: (input.QueryExecutionContext?.Database ?? "default").toLowerCase(),
      context: {
        Catalog: input.QueryExecutionContext?.Catalog?.toLowerCase(),
        Database: input.QueryExecutionContext?.Database?.toLowerCase(),
      },
      parameters: input.ExecutionParameters,
      workGroupName: workGroup.name,
      bytesCutoff: workGroup.configuration.BytesScannedCutoffPerQuery,
      result: { ...result, OutputLocation: `${folder}${id}.${extension}` },
      principal: context.principal,
      conditionKeys: context.globalConditionKeys,
      submittedEpochMs: context.nowEpochMs,
      state: "QUEUED",
      scannedBytes: 0,
    });
    if (input.ClientRequestToken !== undefined) scope.tokens.set(input.ClientRequestToken, id);
    return { QueryExecutionId: id };
  },
};

/** The query that the same token started. @throws AwsError when it was another one */
function knownExecution(
  input: StartQueryExecutionInput,
  context: RequestContext,
): QueryExecution | undefined {
  const scope = scopeOf(context);
  const id = scope.tokens.get(input.ClientRequestToken ?? "");
  const known = id === undefined ? undefined : scope.executions.get(id);
  if (known === undefined) return undefined;
  const { query } = parsed(input.QueryString ?? "", input.ExecutionParameters);
  if (known.query !== query) throw errors.tokenReused();
  return known;
}

function requireDataCatalog({ QueryExecutionContext }: StartQueryExecutionInput): void {
  const catalog = QueryExecutionContext?.Catalog?.toLowerCase() ?? "awsdatacatalog";
  if (catalog !== "awsdatacatalog") throw errors.notImplemented(`The data catalog ${catalog}`);
}

/** @throws AwsError InvalidRequestException, NotImplemented */
function parsed(
  text: string,
  parameters: readonly string[] | undefined,
): { readonly query: string; readonly statement: Statement } {
  try {
    const statement = parseStatement(text);
    const query = statement.kind === "select" ? withParameters(text, parameters) : text;
    return { query: query.trim().replace(/;$/, ""), statement };
  } catch (error) {
    if (error instanceof SyntaxMistake) throw errors.malformedQuery(error.message);
    throw error;
  }
}

/**
 * The settings of the work group take the place of the request's where it enforces them, and are its defaults otherwise.
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 * @throws AwsError InvalidRequestException
 */
function resultConfiguration(
  { ResultConfiguration: given }: StartQueryExecutionInput,
  { configuration }: WorkGroup,
): ResultConfiguration & { readonly OutputLocation: string } {
  const own = configuration.ResultConfiguration;
  const chosen = configuration.EnforceWorkGroupConfiguration === true ? own : { ...own, ...given };
  const OutputLocation = chosen?.OutputLocation;
  if (OutputLocation === undefined || OutputLocation === "") throw errors.noOutputLocation();
  if (parseS3Path(OutputLocation) === undefined) throw errors.badOutputLocation(OutputLocation);
  if (chosen?.EncryptionConfiguration?.EncryptionOption === "CSE_KMS") {
    throw errors.notImplemented("The encryption of results with CSE_KMS");
  }
  return { ...chosen, OutputLocation };
}

/** Athena asks for the bucket's location under the caller's rights. @throws AwsError InvalidRequestException */
function requireOutputBucket(context: RequestContext, location: string): void {
  const bucket = parseS3Path(location)?.bucket ?? "";
  try {
    context.world.invoke({
      service: "s3",
      operation: "GetBucketLocation",
      input: { Bucket: bucket },
      principal: { ...context.principal, calledVia: "athena.amazonaws.com" },
      region: context.region,
    });
  } catch (error) {
    if (isAwsError(error)) throw errors.noOutputBucket(bucket);
    throw error;
  }
  if (context.world.s3.findBucket(bucket)?.region !== context.region) {
    throw errors.foreignOutputBucket();
  }
}
