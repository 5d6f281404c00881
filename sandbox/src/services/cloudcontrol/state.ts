import type { HandlerErrorCode, Operation, OperationStatus } from "@aws-sdk/client-cloudcontrol";
import type { ScheduledTask } from "../../time/clock";
import type { Foundation } from "../../world/foundation";

/** One asynchronous request for a resource, as `GetResourceRequestStatus` tells of it. */
export interface ResourceRequest {
  readonly requestToken: string;
  readonly accountId: string;
  readonly region: string;
  readonly typeName: string;
  readonly operation: Operation;
  readonly clientToken?: string;
  /** The request's own content, to tell a repeat of a client token from another request. */
  readonly fingerprint: string;
  /** Rises with each request of this world; the newest is listed first. */
  readonly sequence: number;
  status: OperationStatus;
  identifier?: string;
  eventEpochMs: number;
  /** JSON text of the resource's properties after success. */
  resourceModel?: string;
  errorCode?: HandlerErrorCode;
  statusMessage?: string;
  task?: ScheduledTask;
}

/** The requests of every account and Region. Resources themselves live in the services that they belong to. */
export class CloudControlState {
  private readonly requests = new Map<string, ResourceRequest>();
  private readonly keyDeletionWindows = new Map<string, number>();
  private sequence = 0;

  constructor(private readonly world: Foundation) {}

  /** A token that no other request has. */
  nextRequestToken(): string {
    return this.world.random.uuid();
  }

  nextSequence(): number {
    return this.sequence++;
  }

  /** `PendingWindowInDays` of a key is write-only: KMS learns it at deletion, so it is kept here until then. */
  rememberKeyDeletionWindow(keyArn: string, windowDays: number): void {
    this.keyDeletionWindows.set(keyArn, windowDays);
  }

  keyDeletionWindowDays(keyArn: string): number | undefined {
    return this.keyDeletionWindows.get(keyArn);
  }

  add(request: ResourceRequest): void {
    this.requests.set(request.requestToken, request);
  }

  /** The request of that token in that account and Region. */
  find(accountId: string, region: string, requestToken: string): ResourceRequest | undefined {
    const request = this.requests.get(requestToken);
    return request?.accountId === accountId && request.region === region ? request : undefined;
  }

  /** Newest first. */
  requestsOf(accountId: string, region: string): ResourceRequest[] {
    return [...this.requests.values()]
      .filter((request) => request.accountId === accountId && request.region === region)
      .sort((left, right) => right.sequence - left.sequence);
  }

  /** The request that a client token stands for: AWS keeps it for 36 hours. */
  findByClientToken(
    accountId: string,
    region: string,
    clientToken: string,
  ): ResourceRequest | undefined {
    const oldestEpochMs = this.world.clock.nowEpochMs() - CLIENT_TOKEN_LIFE_MS;
    return this.requestsOf(accountId, region).find(
      (request) => request.clientToken === clientToken && request.eventEpochMs >= oldestEpochMs,
    );
  }

  /** The request under way for a resource: AWS lets one at a time change it. */
  findUnderWay(
    accountId: string,
    region: string,
    typeName: string,
    identifier: string,
  ): ResourceRequest | undefined {
    return this.requestsOf(accountId, region).find(
      (request) =>
        request.typeName === typeName &&
        request.identifier === identifier &&
        (request.status === "PENDING" || request.status === "IN_PROGRESS"),
    );
  }
}

/** Source: Cloud Control API user guide, "Ensuring resource operation requests are unique". */
const CLIENT_TOKEN_LIFE_MS = 36 * 60 * 60 * 1000;
