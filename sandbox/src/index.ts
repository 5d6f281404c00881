import type { AccountOptions, SandboxAccount } from "./world/accounts";
import { answerAdmin, isAdminRequest, MAX_SEED, type AdminSubject } from "./server/admin";
import { writeAwsConfigFile } from "./server/aws-config-file";
import { clientEndpoints, clientVariables, namesAreLoopback } from "./server/client-settings";
import { SystemClock, warnOfDefect, type Clock } from "./time/clock";
import type { ControlPolicyDocuments } from "./world/control-policies";
import { createWorld, type SandboxWorld } from "./world/create-world";
import { parseFaults } from "./faults/fault-file";
import { FaultPlan, type FaultRule, type FaultStatus } from "./faults/faults";
import { Pipeline } from "./pipeline/pipeline";
import type { RequestLogEntry } from "./pipeline/request-log";
import { Random } from "./values/random";
import { RequestHistory } from "./world/request-history";
import { listen } from "./server/server";
import type { WorldSettings } from "./world/settings";
import { loadXxHash } from "./values/xxhash";

export { ADMIN_PREFIX, MAX_SEED } from "./server/admin";
export { ManualClock, SystemClock, type Clock } from "./time/clock";
export {
  AccountsInvalid,
  accountProblems,
  parseAccounts,
  type AccountOptions,
  type SandboxAccount,
} from "./world/accounts";
export { ControlPoliciesInvalid, type ControlPolicyDocuments } from "./world/control-policies";
export { createWorld, type SandboxWorld } from "./world/create-world";
export { FaultsInvalid, parseFaults } from "./faults/fault-file";
export type { FaultEffect, FaultRule, FaultStatus } from "./faults/faults";
export { logLine } from "./server/log-line";
export type { RequestLogEntry } from "./pipeline/request-log";
export type { Problem } from "./server/problem";
export type { JsonWebKeySet, WorldSettings } from "./world/settings";
export type { World } from "./world/world";

/** What `startSandbox` may be told. Nothing is needed. */
export interface SandboxOptions {
  /** Default 0: a free one. */
  readonly port?: number;
  /** 0 to 2^32 - 1. The same seed and requests give the same ids, keys and answers. Default 1. */
  readonly seed?: number;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Default: `source` in eu-west-1 and `vault` in eu-central-1. */
  readonly accounts?: readonly AccountOptions[];
  /** What takes how long, and in which order; what is left out has its default. */
  readonly settings?: Partial<WorldSettings>;
  /** `aws:PrincipalOrgID` of every account, such as `o-a1b2c3d4e5`. Default: drawn from the seed. */
  readonly organizationId?: string;
  /** What is to go wrong, in the order in which it is asked. Default: nothing. */
  readonly faults?: readonly FaultRule[];
  /** Called for each request after it is answered. */
  readonly log?: (entry: RequestLogEntry) => void;
  /**
   * Called for errors that are the sandbox's own mistake, in a request (the caller gets `InternalError`) or in something
   * that the sandbox's own clock runs. Default: thrown as a warning.
   */
  readonly onDefect?: (error: unknown) => void;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** Another one after a reset. */
  readonly world: SandboxWorld;
  /** Each with the keys of its administrator. Other keys after a reset with another seed. */
  readonly accounts: readonly SandboxAccount[];
  /** What goes wrong; may be changed at any time. */
  readonly faults: {
    /**
     * Adds faults behind those that are there.
     * @throws FaultsInvalid with every mistake
     */
    add(...rules: FaultRule[]): void;
    /** Nothing more goes wrong. */
    clear(): void;
    /** Each with how many requests it matched and hit. */
    status(): FaultStatus[];
  };
  /** The organization that every account is a member of. */
  readonly organization: {
    /** `o-` and 10 to 32 letters and digits. */
    readonly id: string;
    /** What an account is under, by its name or id. @throws RangeError when there is no such account */
    controlPolicies(account: string): ControlPolicyDocuments;
    /**
     * Puts an account under these service and resource control policies, in the place of those it had; `{}` frees it.
     * They count from the next request on.
     * @throws ControlPoliciesInvalid with every mistake; RangeError when there is no such account
     */
    setControlPolicies(account: string, documents: ControlPolicyDocuments): void;
  };
  /** Writes an AWS config file with a profile per account, named after it. */
  writeAwsConfig(
    directory: string,
    options?: {
      /**
       * Look up whether names under `localhost` are this machine, which may take half a second. Where they are, S3 Control is
       * reached by name, which the SDK for JavaScript needs.
       */
      looksUpNames?: boolean;
    },
  ): Promise<{
    /** Path of the file. */
    configFile: string;
    /** With these variables, and `AWS_PROFILE`, clients in any language find the sandbox. */
    environment: Readonly<Record<string, string>>;
  }>;
  /** Ends every connection and everything scheduled. */
  close(): Promise<void>;
}

/** The accounts of a sandbox that is not told which to have. */
export const DEFAULT_ACCOUNTS: readonly AccountOptions[] = [
  { name: "source", accountId: "111111111111", region: "eu-west-1" },
  { name: "vault", accountId: "222222222222", region: "eu-central-1" },
];

/** How many requests the admin endpoint shows at most. */
const REQUEST_HISTORY_COUNT = 1000;

/**
 * Starts AWS on this machine: one process, loopback only, all accounts and services on one port.
 * @throws Error when the port is taken or the seed is none; AccountsInvalid; FaultsInvalid
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const onDefect = options.onDefect ?? warnOfDefect;
  const clock = options.clock ?? new SystemClock({ onDefect });
  const history = new RequestHistory(REQUEST_HISTORY_COUNT);
  const log = (entry: RequestLogEntry): void => {
    history.add(entry);
    options.log?.(entry);
  };
  let seed = checkedSeed(options.seed ?? 1);
  await loadXxHash();
  let current = populate({ ...options, clock, seed, log, onDefect });

  const subject: AdminSubject = {
    clock,
    onDefect,
    get faults() {
      return current.faults;
    },
    get accounts() {
      return current.accounts;
    },
    get seed() {
      return seed;
    },
    get organization() {
      return current.world.organization;
    },
    get requests() {
      return history.last;
    },
    messages(topicArn) {
      const { sns, notifications, eventBridge } = current.world;
      return {
        ...sns.overview(topicArn),
        refusedNotifications: notifications.refused.filter(
          (one) => topicArn === undefined || one.topicArn === topicArn,
        ),
        eventDeliveries: eventBridge.deliveries.filter(
          (one) => topicArn === undefined || one.targetArn === topicArn,
        ),
      };
    },
    reset(newSeed) {
      seed = newSeed ?? seed;
      clock.clear();
      history.clear();
      current = populate({ ...options, clock, seed, log, onDefect });
    },
  };
  const server = await listen(
    {
      answer: (request) =>
        isAdminRequest(request) ? answerAdmin(subject, request) : current.pipeline.answer(request),
      refuseBeforeBody: (request) =>
        isAdminRequest(request) ? undefined : current.pipeline.refuseBeforeBody(request),
      refuse: (request, error) => current.pipeline.refuse(request, error),
      fail: (request, reason) => current.pipeline.fail(request, reason),
    },
    options.port ?? 0,
    clock,
  );
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    get world() {
      return current.world;
    },
    get accounts() {
      return current.accounts;
    },
    faults: {
      add: (...rules) => current.faults.add(parseFaults({ faults: rules }, current.accounts)),
      clear: () => current.faults.clear(),
      status: () => current.faults.status(),
    },
    organization: {
      get id() {
        return current.world.organization.id;
      },
      controlPolicies: (account) =>
        current.world.organization.documentsOf(accountIdOf(current.accounts, account)),
      setControlPolicies(account, documents) {
        const accountId = accountIdOf(current.accounts, account);
        current.world.organization.setControlPolicies(accountId, documents);
      },
    },
    async writeAwsConfig(directory, { looksUpNames = false } = {}) {
      const { accounts } = current;
      const byName =
        looksUpNames && (await namesAreLoopback(accounts.map(({ accountId }) => accountId)));
      const endpoints = clientEndpoints(endpoint, byName);
      const configFile = await writeAwsConfigFile(directory, endpoints, accounts);
      return { configFile, environment: clientVariables(endpoints, configFile, process.env) };
    },
    async close() {
      clock.close();
      await server.close();
    },
  };
}

/** What a reset makes anew. */
interface Population {
  readonly world: SandboxWorld;
  readonly accounts: readonly SandboxAccount[];
  readonly faults: FaultPlan;
  readonly pipeline: Pipeline;
}

function populate(
  options: SandboxOptions & { readonly clock: Clock; readonly seed: number },
): Population {
  const { clock, seed, settings, log, onDefect } = options;
  const world = createWorld({
    clock,
    seed,
    accounts: options.accounts ?? DEFAULT_ACCOUNTS,
    settings,
    organizationId: checkedOrganizationId(options.organizationId),
  });
  const accounts = [...world.accounts.values()].map((account): SandboxAccount => {
    const { accessKeyId, secretAccessKey } = world.iam.createAdministrator(account.accountId);
    const { accountId, name, region } = account;
    return { name, accountId, region, accessKeyId, secretAccessKey };
  });
  const faults = new FaultPlan(new Random(seed));
  if (options.faults !== undefined) {
    faults.add(parseFaults({ faults: options.faults }, accounts));
  }
  return { world, accounts, faults, pipeline: new Pipeline({ world, faults, log, onDefect }) };
}

/** @throws RangeError */
function accountIdOf(accounts: readonly SandboxAccount[], nameOrId: string): string {
  const found = accounts.find((one) => one.name === nameOrId || one.accountId === nameOrId);
  if (found !== undefined) return found.accountId;
  throw new RangeError(`There is no account "${nameOrId}".`);
}

function checkedOrganizationId(id: string | undefined): string | undefined {
  if (id === undefined || /^o-[a-z0-9]{10,32}$/.test(id)) return id;
  throw new RangeError(
    `The organization's id must be o- and 10 to 32 small letters and digits, got "${id}".`,
  );
}

function checkedSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED) return seed;
  throw new RangeError(`The seed must be a whole number from 0 to ${MAX_SEED}, got ${seed}.`);
}
