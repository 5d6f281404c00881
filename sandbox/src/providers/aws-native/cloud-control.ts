import {
  CloudControlClient,
  CreateResourceCommand,
  DeleteResourceCommand,
  GetResourceCommand,
  GetResourceRequestStatusCommand,
  UpdateResourceCommand,
  type ProgressEvent,
} from "@aws-sdk/client-cloudcontrol";
import { SystemClock } from "../../time/clock";
import type { ClientConfig } from "../credentials";
import { hasCode, send, unlessAbsent } from "../send";
import type { Properties } from "../values";

/**
 * Cloud Control for one account and Region: requests are followed until they end, as the real provider follows them. An engine
 * that is told to stop waits for what is under way, so that the stack knows of it.
 */
export class CloudControl {
  private readonly client: CloudControlClient;
  private readonly clock = new SystemClock();

  constructor(config: ClientConfig) {
    this.client = new CloudControlClient({ maxAttempts: MAXIMUM_ATTEMPTS, ...defined(config) });
  }

  /** @returns the identifier of the new resource */
  async create(typeName: string, desired: Properties): Promise<string> {
    const { ProgressEvent: event } = await send(
      this.client,
      new CreateResourceCommand({ TypeName: typeName, DesiredState: JSON.stringify(desired) }),
    );
    const done = await this.follow(event);
    return done.Identifier ?? "";
  }

  /** Properties in CloudFormation's names; undefined when there is no such resource. */
  async read(typeName: string, identifier: string): Promise<Properties | undefined> {
    return unlessAbsent(this.get(typeName, identifier), "ResourceNotFoundException");
  }

  /** Properties in CloudFormation's names; @throws ApiError `ResourceNotFoundException` when there is no such resource */
  async get(typeName: string, identifier: string): Promise<Properties> {
    const { ResourceDescription: found } = await send(
      this.client,
      new GetResourceCommand({ TypeName: typeName, Identifier: identifier }),
    );
    return JSON.parse(found?.Properties ?? "{}") as Properties;
  }

  /** @param patch operations of RFC 6902 */
  async update(typeName: string, identifier: string, patch: readonly object[]): Promise<void> {
    const { ProgressEvent: event } = await send(
      this.client,
      new UpdateResourceCommand({
        TypeName: typeName,
        Identifier: identifier,
        PatchDocument: JSON.stringify(patch),
      }),
    );
    await this.follow(event);
  }

  /** Succeeds as well when the resource is gone already. */
  async delete(typeName: string, identifier: string): Promise<void> {
    try {
      const { ProgressEvent: event } = await send(
        this.client,
        new DeleteResourceCommand({ TypeName: typeName, Identifier: identifier }),
      );
      await this.follow(event);
    } catch (error) {
      const isGone =
        hasCode(error, "ResourceNotFoundException") ||
        (error instanceof RequestFailure && error.errorCode === "NotFound");
      if (!isGone) throw error;
    }
  }

  private async follow(first: ProgressEvent | undefined): Promise<ProgressEvent> {
    let event = first ?? {};
    let delayMs = FIRST_POLL_MS;
    while (!isOver(event)) {
      await this.pause(delayMs);
      delayMs = Math.min(delayMs * 2, LAST_POLL_MS);
      event = await this.statusOf(event);
    }
    if (event.OperationStatus !== "SUCCESS") throw new RequestFailure(event);
    return event;
  }

  private async statusOf({ RequestToken }: ProgressEvent): Promise<ProgressEvent> {
    const answer = await send(this.client, new GetResourceRequestStatusCommand({ RequestToken }));
    return answer.ProgressEvent ?? {};
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.clock.schedule(delayMs, resolve);
    });
  }
}

/** A refusal for too many requests is tried again, as often as the real providers do unless told otherwise. */
const MAXIMUM_ATTEMPTS = 26;

const FIRST_POLL_MS = 20;
const LAST_POLL_MS = 2_000;

/** Without the members that say nothing, which would hide a default. */
function defined(config: ClientConfig): ClientConfig {
  const entries = Object.entries(config).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as unknown as ClientConfig;
}

function isOver({ OperationStatus: status }: ProgressEvent): boolean {
  return status === "SUCCESS" || status === "FAILED" || status === "CANCEL_COMPLETE";
}

/** A request that ended without success. */
class RequestFailure extends Error {
  readonly errorCode: string;

  constructor(event: ProgressEvent) {
    const errorCode = event.ErrorCode ?? event.OperationStatus ?? "InternalFailure";
    super(
      `operation ${event.Operation} of ${event.TypeName} ${event.Identifier ?? ""} failed with "${errorCode}": ${event.StatusMessage ?? ""}`,
    );
    this.name = "RequestFailure";
    this.errorCode = errorCode;
  }
}
