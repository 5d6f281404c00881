import type { FaultPlan, FaultRule } from "../faults/faults";
import type { AnswerIds } from "../protocols/protocol";
import type { AwsError } from "../world/aws-error";
import type { Operation, RequestContext } from "../world/operation";
import type { ServiceName } from "../world/service-name";
import type { World } from "../world/world";
import type { Answer } from "./answer";
import type { AnswerDates } from "./answer-dates";
import type { VerifiedBody } from "./body";
import type { FormUpload } from "./form-upload/form-upload";
import type { NotCarriedOut } from "./inject-fault";
import type { RawRequest } from "./raw-request";
import type { RequestLogEntry } from "./request-log";
import type { ForeignService, Route } from "./route";
import type { ReadSignature } from "./signature-facts";
import type { SigningKeys } from "./signing-key";
import type { Authentication } from "./sigv4";

/** What all requests have in common. */
export interface Surroundings {
  readonly world: World;
  readonly faults?: FaultPlan;
  readonly log?: (entry: RequestLogEntry) => void;
  readonly signingKeys: SigningKeys;
  readonly dates: AnswerDates;
}

/** What is known of a request from the start. */
export interface Arrival {
  readonly request: RawRequest;
  readonly signature: ReadSignature;
  readonly target: ServiceName | ForeignService;
  readonly ids: AnswerIds;
}

/**
 * What stages find out, each for those after it; undefined before. All members are there from the start, so that an exchange
 * does not change its hidden class with each stage.
 */
class Findings {
  route: Route | undefined = undefined;
  /** Of `PostObject` alone. */
  upload: FormUpload | undefined = undefined;
  /** Absent when none hits the request. */
  fault: FaultRule | undefined = undefined;
  authentication: Authentication | undefined = undefined;
  region: string | undefined = undefined;
  body: VerifiedBody | undefined = undefined;
  operation: Operation<object, unknown> | undefined = undefined;
  input: object | undefined = undefined;
  context: RequestContext | undefined = undefined;
  /** What the operation answered; many answer nothing. */
  output: { readonly value: unknown } | undefined = undefined;
}

/** A request on its way, what has become known of it, and its answer. */
export class Exchange {
  readonly startEpochMs: number;
  /** The service whose protocol the answer is in. */
  readonly service: ServiceName;
  readonly findings = new Findings();
  answer: Answer | undefined;
  /** Why it was not carried out. */
  refusal: AwsError | NotCarriedOut | undefined;

  constructor(
    readonly surroundings: Surroundings,
    readonly arrival: Arrival,
  ) {
    const { target } = arrival;
    this.startEpochMs = surroundings.world.clock.nowEpochMs();
    this.service = typeof target === "string" ? target : target.answerAs;
  }

  get isSettled(): boolean {
    return this.answer !== undefined || this.refusal !== undefined;
  }

  /** The bucket that the request names; of S3 alone. */
  get bucketName(): string | undefined {
    return this.service === "s3" ? this.findings.route?.labels["Bucket"] : undefined;
  }
}

/**
 * A finding that a stage cannot do without.
 * @throws Error when no stage before has found it out: the list of stages is in a wrong order
 */
export function found<Finding>(finding: Finding | undefined, name: keyof Findings): Finding {
  if (finding === undefined) throw new Error(`No stage has found out the ${name} yet.`);
  return finding;
}
