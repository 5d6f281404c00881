import { z } from "zod";
import { controlPolicyShape, type SandboxAccount } from "../world/accounts";
import type { Clock } from "../time/clock";
import { ControlPoliciesInvalid } from "../world/control-policies";
import { FaultsInvalid, parseFaults } from "../faults/fault-file";
import type { FaultPlan } from "../faults/faults";
import type { Answer } from "../pipeline/answer";
import type { Organization } from "../world/organization";
import type { RawRequest } from "../pipeline/raw-request";
import type { RequestLogEntry } from "../pipeline/request-log";
import { problemsOf } from "./problem";
import { s3Address } from "../pipeline/s3-address";
import { readSignature } from "../pipeline/signature-facts";

/**
 * The sandbox's own endpoint: JSON over HTTP, beside AWS and not part of it.
 *
 *     GET    /_lockstep            what there is
 *     GET    /_lockstep/clock      the time
 *     POST   /_lockstep/clock      moves it: { "advanceMs": 86400000 } or { "setTo": "2027-01-01T00:00:00Z" }
 *     GET    /_lockstep/faults     the faults, with counts
 *     POST   /_lockstep/faults     adds some: { "faults": [ ... ] }
 *     PUT    /_lockstep/faults     takes these in the place of all
 *     DELETE /_lockstep/faults     takes all away
 *     GET    /_lockstep/requests   the last requests, oldest first; ?limit=100
 *     GET    /_lockstep/messages   what SNS topics and EventBridge targets were sent; ?topic=ARN
 *     GET    /_lockstep/accounts   the accounts and the keys of their administrators
 *     GET    /_lockstep/accounts/NAME/policies   what the organization puts on one; NAME may be the id
 *     PUT    /_lockstep/accounts/NAME/policies   { "serviceControlPolicies": [ ... ], "resourceControlPolicies": [ ... ] }
 *     DELETE /_lockstep/accounts/NAME/policies   takes them away
 *     GET    /_lockstep/seed       the seed
 *     POST   /_lockstep/reset      empties the world; { "seed": 2 } or nothing for the same seed
 *
 * AWS clients never meet it: no bucket can have a name with `_`, a request with a signature always goes to AWS, and so
 * does one that names a bucket in its host.
 */
export const ADMIN_PREFIX = "/_lockstep";

/** What the endpoint shows and moves. */
export interface AdminSubject {
  readonly clock: Clock;
  readonly faults: FaultPlan;
  readonly accounts: readonly SandboxAccount[];
  readonly organization: Organization;
  readonly seed: number;
  /** Oldest first. */
  readonly requests: readonly RequestLogEntry[];
  /** What topics took, who waits for confirmation, and what rules delivered; of one topic when its ARN is given. */
  messages(topicArn: string | undefined): object;
  reset(seed: number | undefined): void;
  /** Told of errors that are the sandbox's own mistake, such as one in what a moved clock runs. */
  onDefect(error: unknown): void;
}

/** Largest seed: the generator has 32 bits. */
export const MAX_SEED = 2 ** 32 - 1;

const DEFAULT_LIMIT_COUNT = 100;

export function isAdminRequest(request: RawRequest): boolean {
  const { rawPath } = request;
  if (!rawPath.startsWith(ADMIN_PREFIX)) return false;
  if (rawPath.length > ADMIN_PREFIX.length && rawPath[ADMIN_PREFIX.length] !== "/") return false;
  if (readSignature(request).outcome !== "none") return false;
  return s3Address(request.headers["host"] ?? "", rawPath).bucket === ADMIN_PREFIX.slice(1);
}

/** A request that the endpoint refuses. */
class Refusal extends Error {
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    readonly problems: readonly { path: string; message: string }[] = [],
  ) {
    super(message);
    this.name = "Refusal";
  }
}

/** @param accountId of the account in the path; empty for a path without one */
type Handler = (subject: AdminSubject, request: RawRequest, accountId: string) => unknown;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  "": { GET: () => ({ resources: Object.keys(ROUTES).filter((name) => name !== "") }) },
  clock: {
    GET: ({ clock }) => time(clock),
    POST: moveClock,
  },
  faults: {
    GET: ({ faults }) => ({ faults: faults.status().map(shownFault) }),
    POST: (subject, request) => takeFaults(subject, request),
    PUT: (subject, request) => takeFaults(subject, request, true),
    DELETE({ faults }) {
      faults.clear();
      return { faults: [] };
    },
  },
  requests: { GET: lastRequests },
  messages: {
    GET: (subject, request) => subject.messages(request.query.get("topic") ?? undefined),
  },
  accounts: { GET: ({ accounts }) => ({ accounts }) },
  "accounts/*/policies": {
    GET: ({ organization }, _request, accountId) => organization.documentsOf(accountId),
    PUT: takeControlPolicies,
    DELETE({ organization }, _request, accountId) {
      organization.setControlPolicies(accountId, {});
      return {};
    },
  },
  seed: { GET: ({ seed }) => ({ seed }) },
  reset: { POST: reset },
};

/** Answers a request that {@link isAdminRequest} is true of. */
export function answerAdmin(subject: AdminSubject, request: RawRequest): Answer {
  try {
    refuseStrangers(request);
    const name = request.rawPath.slice(ADMIN_PREFIX.length + 1).replace(/\/$/, "");
    const { route, accountId } = readName(subject, name);
    const methods = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
    if (methods === undefined) {
      throw new Refusal(404, "NotFound", `There is no ${ADMIN_PREFIX}/${name}.`);
    }
    const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
    if (handler === undefined) {
      const allowed = Object.keys(methods).join(", ");
      throw new Refusal(405, "MethodNotAllowed", `${ADMIN_PREFIX}/${name} takes ${allowed}.`);
    }
    return json(200, handler(subject, request, accountId));
  } catch (error) {
    if (!(error instanceof Refusal)) {
      subject.onDefect(error);
      const message = `A mistake of the sandbox: ${String(error)}`;
      return json(500, { error: { code: "InternalError", message } });
    }
    const { statusCode, code, message, problems } = error;
    const details = problems.length > 0 ? { problems } : {};
    return json(statusCode, { error: { code, message, ...details } });
  }
}

/** The account that a path names is found here, so that a wrong one is answered alike everywhere. */
function readName(subject: AdminSubject, name: string): { route: string; accountId: string } {
  const [, wanted, rest] = /^accounts\/([^/]+)\/(.+)$/.exec(name) ?? [];
  if (wanted === undefined) return { route: name, accountId: "" };
  const found = subject.accounts.find((one) => one.name === wanted || one.accountId === wanted);
  if (found === undefined) throw new Refusal(404, "NotFound", `There is no account ${wanted}.`);
  return { route: `accounts/*/${rest}`, accountId: found.accountId };
}

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

/** The server listens on loopback only; this keeps out web pages that a browser on the same machine shows. */
function refuseStrangers(request: RawRequest): void {
  const host = request.headers["host"] ?? "";
  if (request.headers["origin"] === undefined && LOOPBACK_HOST.test(host)) return;
  throw new Refusal(403, "Forbidden", "Only programs on this machine may ask, not web pages.");
}

const clockMove = z.union([
  z.strictObject({ advanceMs: z.number().min(0) }),
  z.strictObject({ setTo: z.union([z.iso.datetime({ offset: true }), z.number()]) }),
]);

function moveClock({ clock }: AdminSubject, request: RawRequest): unknown {
  const move = clockMove.safeParse(body(request));
  if (!move.success) {
    throw new Refusal(
      400,
      "InvalidRequest",
      'Expected { "advanceMs": 60000 } or { "setTo": "2027-01-01T00:00:00Z" }, or setTo in milliseconds since 1970.',
    );
  }
  if ("advanceMs" in move.data) {
    clock.advance(move.data.advanceMs);
    return time(clock);
  }
  const { setTo } = move.data;
  const epochMs = typeof setTo === "number" ? setTo : Date.parse(setTo);
  if (epochMs < clock.nowEpochMs()) {
    const now = new Date(clock.nowEpochMs()).toISOString();
    throw new Refusal(400, "InvalidRequest", `Time only moves forward, and it is ${now}.`);
  }
  clock.setTime(epochMs);
  return time(clock);
}

function time(clock: Clock): unknown {
  const epochMs = clock.nowEpochMs();
  return { epochMs, time: new Date(epochMs).toISOString() };
}

function takeControlPolicies(
  { organization }: AdminSubject,
  request: RawRequest,
  accountId: string,
): unknown {
  const text = "The policies are described wrongly.";
  const parsed = controlPolicyShape.safeParse(body(request));
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, ""));
    throw new Refusal(400, "InvalidRequest", text, problems);
  }
  try {
    organization.setControlPolicies(accountId, parsed.data);
  } catch (error) {
    if (!(error instanceof ControlPoliciesInvalid)) throw error;
    throw new Refusal(400, "InvalidRequest", text, error.problems);
  }
  return organization.documentsOf(accountId);
}

function takeFaults(
  { faults, accounts }: AdminSubject,
  request: RawRequest,
  replaces = false,
): unknown {
  try {
    const rules = parseFaults(body(request), accounts);
    if (replaces) faults.clear();
    faults.add(rules);
  } catch (error) {
    if (!(error instanceof FaultsInvalid)) throw error;
    const text = "The faults are described wrongly.";
    throw new Refusal(400, "InvalidRequest", text, error.problems);
  }
  return { faults: faults.status().map(shownFault) };
}

function shownFault({ rule, matchedCount, hitCount }: ReturnType<FaultPlan["status"]>[number]) {
  return { ...rule, matchedCount, hitCount };
}

function lastRequests({ requests }: AdminSubject, request: RawRequest): unknown {
  const limit = request.query.get("limit") ?? String(DEFAULT_LIMIT_COUNT);
  if (!/^[1-9]\d*$/.test(limit)) {
    throw new Refusal(400, "InvalidRequest", "limit must be a whole number, 1 or more.");
  }
  return { requests: requests.slice(-Number(limit)) };
}

const resetBody = z.strictObject({ seed: z.number().int().min(0).max(MAX_SEED).optional() });

function reset(subject: AdminSubject, request: RawRequest): unknown {
  const parsed = resetBody.safeParse(request.body.length === 0 ? {} : body(request));
  if (!parsed.success) {
    const text = `Expected nothing or { "seed": N }, N a whole number from 0 to ${MAX_SEED}.`;
    throw new Refusal(400, "InvalidRequest", text);
  }
  subject.reset(parsed.data.seed);
  return { seed: subject.seed, accounts: subject.accounts };
}

function body(request: RawRequest): unknown {
  try {
    return JSON.parse(request.body.toString("utf8"));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Refusal(400, "InvalidRequest", `The body is no JSON: ${error.message}`);
  }
}

function json(statusCode: number, value: unknown): Answer {
  const text = `${JSON.stringify(value, undefined, 2)}\n`;
  return {
    statusCode,
    headers: {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(text)),
      "cache-control": "no-store",
    },
    body: text,
  };
}
