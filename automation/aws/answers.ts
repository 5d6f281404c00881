/** Answers of AWS as they came: what was asked, under which id AWS knows the request, and what time AWS says it was. */

import type { MiddlewareStack } from "@smithy/types";
import type { AccountAccess } from "../../components/config/types";
import type { AwsRequest } from "../errors";
import { dateOf } from "./aws-date";
import { type AnyClient, requestFacts } from "./request-facts";

/** One answer, a refusal too. */
export interface AwsAnswer extends AwsRequest {
  /** As in `S3`. */
  readonly service: string;
  /** Whose credentials asked. Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** Of HTTP. */
  readonly statusCode: number;
  /** AWS's id of the request. Absent where the answer has none. */
  readonly requestId?: string;
  /** ISO 8601, of the header `Date`. Absent where the answer has none. */
  readonly date?: string;
}

/** Is given each answer as it comes, but those to HEADs of versions, which tell it themselves. */
export type OnAnswer = (answer: AwsAnswer) => void;

/** Tells of each answer that a client is given: one for each attempt. To be put in before the client's stack is watched. */
export function tellAnswers(
  client: Pick<AnyClient, "middlewareStack">,
  { accountId, region }: Pick<AccountAccess, "accountId" | "region">,
  onAnswer: OnAnswer,
): void {
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      const { headers, statusCode } = result.response as Partial<HttpAnswer>;
      if (statusCode === undefined) return result;
      const requestId = headers?.["x-amz-request-id"] ?? headers?.["x-amzn-requestid"];
      const epochMs = dateOf(result.response);
      onAnswer({
        service: (context.clientName ?? "").replace(/Client$/, ""),
        accountId,
        region,
        ...requestFacts(context.commandName ?? "", args.input),
        statusCode,
        ...(requestId !== undefined && { requestId }),
        ...(epochMs !== undefined && { date: new Date(epochMs).toISOString() }),
      });
      return result;
    },
    // Low: nearest to the wire, where the answer is not yet taken apart.
    { step: "deserialize", priority: "low", name: "lockstepTellAnswers" },
  );
}

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}
