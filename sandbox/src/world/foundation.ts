import type { AccessNeed, Decision, Principal } from "../authorization/model";
import type { Clock } from "../time/clock";
import type { Random } from "../values/random";
import type { Organization } from "./organization";
import type { ServiceName } from "./service-name";
import type { WorldSettings } from "./settings";

/**
 * What a world has before there is anything in it. The states of the services stand on this and on each other, one way; the
 * world that is composed of them (`world.ts`) they do not know.
 */
export interface Foundation {
  /** The sandbox's time, by which everything in it goes. */
  readonly clock: Clock;
  /** Seeded: where ids, keys and orders come from. */
  readonly random: Random;
  /** How it behaves where AWS promises nothing, and what takes how long. */
  readonly settings: WorldSettings;
  /** By account id. */
  readonly accounts: ReadonlyMap<string, Account>;
  /** The one that every account is a member of. */
  readonly organization: Organization;
  /** Evaluates every policy that applies to the principal and the need. */
  decide(principal: Principal, need: AccessNeed): Decision;
  /**
   * Carries out an operation under a principal's rights: authorises, then handles.
   * @throws AwsError as the operation would answer it
   */
  invoke(call: InternalCall): unknown;
}

/** An account of the sandbox. */
export interface Account {
  /** Twelve digits. */
  readonly accountId: string;
  /** The name of its profile: `source`, `vault`. */
  readonly name: string;
  /** Region of its profile. */
  readonly region: string;
  /** Canonical user id, 64 hex characters. */
  readonly canonicalUserId: string;
}

/** A call made inside the sandbox under a principal's rights, as services do for each other. */
export interface InternalCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: object;
  readonly principal: Principal;
  readonly region: string;
}
