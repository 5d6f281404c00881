import type {
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput,
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput,
  ListQueryExecutionsInput,
  ListQueryExecutionsOutput,
  QueryExecution as ShownExecution,
  StopQueryExecutionInput,
  StopQueryExecutionOutput,
} from "@aws-sdk/client-athena";
import type { Operation } from "../../world/operation";
import {
  executionNeed,
  findExecution,
  findWorkGroup,
  page,
  scopeOf,
  workGroupNeed,
} from "./access";
import type { QueryExecution } from "./model";
import { statementType } from "./sql/statement";

/** @see https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html */

export const getQueryExecution: Operation<GetQueryExecutionInput, GetQueryExecutionOutput> = {
  access: (input, context) => [executionNeed(context, input.QueryExecutionId)],
  handle: (input, context) => ({
    QueryExecution: shown(findExecution(context, input.QueryExecutionId), context.nowEpochMs),
  }),
};

export const batchGetQueryExecution: Operation<
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput
> = {
  access(input, context) {
    const [first, ...more] = input.QueryExecutionIds ?? [];
    return [executionNeed(context, first), ...more.map((id) => executionNeed(context, id))];
  },
  handle(input, context) {
    const { executions } = scopeOf(context);
    const answer: Required<
      Pick<BatchGetQueryExecutionOutput, "QueryExecutions" | "UnprocessedQueryExecutionIds">
    > = {
      QueryExecutions: [],
      UnprocessedQueryExecutionIds: [],
    };
    for (const id of input.QueryExecutionIds ?? []) {
      const execution = executions.get(id);
      if (execution !== undefined)
        answer.QueryExecutions.push(shown(execution, context.nowEpochMs));
      else {
        answer.UnprocessedQueryExecutionIds.push({
          QueryExecutionId: id,
          ErrorCode: "INVALID_QUERY_EXECUTION_ID",
          ErrorMessage: `Query execution ${id} does not exist.`,
        });
      }
    }
    return answer;
  },
};

/** The latest first. */
export const listQueryExecutions: Operation<ListQueryExecutionsInput, ListQueryExecutionsOutput> = {
  access: (input, context) => [workGroupNeed(context, input.WorkGroup)],
  handle(input, context) {
    const { name } = findWorkGroup(context, input.WorkGroup);
    const ids = [...scopeOf(context).executions.values()]
      .filter(({ workGroupName }) => workGroupName === name)
      .map(({ id }) => id)
      .reverse();
    const { items, NextToken } = page(ids, input);
    return { QueryExecutionIds: [...items], NextToken };
  },
};

/** A query that has ended stays as it is. */
export const stopQueryExecution: Operation<StopQueryExecutionInput, StopQueryExecutionOutput> = {
  access: (input, context) => [executionNeed(context, input.QueryExecutionId)],
  handle(input, context) {
    const execution = findExecution(context, input.QueryExecutionId);
    if (execution.state !== "QUEUED" && execution.state !== "RUNNING") return {};
    execution.state = "CANCELLED";
    execution.end = {
      state: "CANCELLED",
      reason: "Query cancelled by user",
      category: 2,
      isRetryable: false,
    };
    execution.endedEpochMs = context.nowEpochMs;
    execution.cancel?.();
    return {};
  },
};

/** The timeline, and rows of what succeeded; stages are the engine's own and are not shown. */
export const getQueryRuntimeStatistics: Operation<
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput
> = {
  access: (input, context) => [executionNeed(context, input.QueryExecutionId)],
  handle(input, context) {
    const execution = findExecution(context, input.QueryExecutionId);
    return {
      QueryRuntimeStatistics: {
        Timeline: times(execution, context.nowEpochMs),
        Rows: {
          InputBytes: execution.scannedBytes,
          OutputRows: execution.outputRows,
          OutputBytes: execution.outputBytes,
        },
      },
    };
  },
};

function times(execution: QueryExecution, nowEpochMs: number) {
  const { endedEpochMs = nowEpochMs, submittedEpochMs } = execution;
  const startedEpochMs = execution.startedEpochMs ?? endedEpochMs;
  return {
    EngineExecutionTimeInMillis: endedEpochMs - startedEpochMs,
    QueryQueueTimeInMillis: startedEpochMs - submittedEpochMs,
    QueryPlanningTimeInMillis: 0,
    ServiceProcessingTimeInMillis: 0,
    TotalExecutionTimeInMillis: endedEpochMs - submittedEpochMs,
  };
}

function shown(execution: QueryExecution, nowEpochMs: number): ShownExecution {
  const { end, endedEpochMs, statement } = execution;
  const { OutputLocation, EncryptionConfiguration, ExpectedBucketOwner, AclConfiguration } =
    execution.result;
  return {
    QueryExecutionId: execution.id,
    Query: execution.query,
    StatementType: statementType(statement),
    ResultConfiguration: {
      OutputLocation,
      EncryptionConfiguration,
      ExpectedBucketOwner,
      AclConfiguration,
    },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: execution.context,
    ExecutionParameters: execution.parameters === undefined ? undefined : [...execution.parameters],
    WorkGroup: execution.workGroupName,
    EngineVersion: {
      SelectedEngineVersion: "AUTO",
      EffectiveEngineVersion: "Athena engine version 3",
    },
    SubstatementType: substatement(execution),
    Status: {
      State: execution.state,
      StateChangeReason: end?.reason,
      SubmissionDateTime: new Date(execution.submittedEpochMs),
      CompletionDateTime: endedEpochMs === undefined ? undefined : new Date(endedEpochMs),
      AthenaError:
        end?.state === "FAILED"
          ? {
              ErrorCategory: end.category,
              Retryable: end.isRetryable,
              ErrorMessage: end.reason,
            }
          : undefined,
    },
    Statistics: {
      ...times(execution, nowEpochMs),
      DataScannedInBytes: execution.scannedBytes,
      ResultReuseInformation: { ReusedPreviousResult: false },
    },
  };
}

/** `CREATE_TABLE`, `SELECT` */
function substatement({ statement }: QueryExecution): string {
  return statement.kind.replaceAll("-", "_").toUpperCase();
}
