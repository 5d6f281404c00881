import type { FaultPlan } from "../faults/faults";
import { AwsError } from "../world/aws-error";
import type { World } from "../world/world";
import type { Answer } from "./answer";
import { AnswerDates } from "./answer-dates";
import { AnswerIdSource } from "./answer-ids";
import { Exchange, type Surroundings } from "./exchange";
import { NotCarriedOut } from "./inject-fault";
import type { RawRequest } from "./raw-request";
import type { RequestLogEntry } from "./request-log";
import { routeService } from "./route";
import { readSignature } from "./signature-facts";
import { SigningKeys } from "./signing-key";
import type { Stage } from "./stage";
import { STAGES, STAGES_BEFORE_BODY } from "./stages";
import * as errors from "./wire-errors";

export interface PipelineOptions {
  readonly world: World;
  readonly log?: (entry: RequestLogEntry) => void;
  /** What is to go wrong. */
  readonly faults?: FaultPlan;
  /** Told of errors that are no `AwsError`: mistakes in the sandbox, answered as InternalError. */
  readonly onDefect?: (error: unknown) => void;
}

/**
 * Turns requests into answers, one after the other; nothing here waits. `stages.ts` lists what happens to each.
 *
 * Not served, each refused by name: Signature Version 4A, S3 on Outposts, directory buckets and access points. A body is
 * taken in whole before anything is checked; only a client that waits for `100 Continue` is refused before its upload.
 */
export class Pipeline {
  private readonly ids: AnswerIdSource;
  private readonly surroundings: Surroundings;

  constructor(private readonly options: PipelineOptions) {
    const { faults, log, world } = options;
    this.ids = new AnswerIdSource(world.random);
    const [signingKeys, dates] = [new SigningKeys(), new AnswerDates()];
    this.surroundings = { world, faults, log, signingKeys, dates };
  }

  answer(request: RawRequest): Answer {
    return this.run(this.exchangeOf(request));
  }

  /**
   * The refusal, 403, of a request to S3 whose body is still to come; undefined where the body may come. What is to go wrong
   * on request is chosen when the request is whole, so that then none is refused before.
   */
  refuseBeforeBody(request: RawRequest): Answer | undefined {
    const { faults } = this.options;
    if (faults !== undefined && faults.status().length > 0) return undefined;
    const exchange = this.exchangeOf(request);
    if (exchange.service !== "s3") return undefined;
    for (const stage of STAGES_BEFORE_BODY) {
      try {
        stage.run(exchange);
      } catch (error) {
        // Anything else is found again, and told, once the request is whole.
        if (!(error instanceof AwsError) || error.statusCode !== 403) return undefined;
        exchange.refusal = error;
        return this.run(exchange);
      }
    }
    return undefined;
  }

  /** An error that the server meets before there is a whole request: a body that is too large. */
  refuse(request: RawRequest, error: AwsError): Answer {
    const exchange = this.exchangeOf(request);
    exchange.refusal = error;
    return this.run(exchange);
  }

  /** An answer that could not be sent, for what `reason` says. */
  fail(request: RawRequest, reason: unknown): Answer {
    return this.refuse(request, this.asAwsError(reason));
  }

  private exchangeOf(request: RawRequest): Exchange {
    const signature = readSignature(request);
    const target = routeService(request, signature);
    const ids = this.ids.next(typeof target === "string" ? target : target.answerAs);
    return new Exchange(this.surroundings, { request, signature, target, ids });
  }

  private run(exchange: Exchange): Answer {
    for (const stage of STAGES) {
      if (stage.runs === "for-every-answer") stage.run(exchange);
      else if (!exchange.isSettled) this.attempt(exchange, stage);
    }
    if (exchange.answer === undefined) throw new Error("No stage has answered.");
    return exchange.answer;
  }

  private attempt(exchange: Exchange, stage: Stage): void {
    try {
      stage.run(exchange);
    } catch (thrown) {
      exchange.refusal = thrown instanceof NotCarriedOut ? thrown : this.asAwsError(thrown);
    }
  }

  private asAwsError(thrown: unknown): AwsError {
    if (thrown instanceof AwsError) return thrown;
    this.options.onDefect?.(thrown);
    return errors.internalError();
  }
}
