import type { JsonWebKey } from "node:crypto";
import type { Patterns } from "../values/patterns";

/** How the world behaves where AWS promises nothing, and how long what takes time on AWS takes here. */
export interface WorldSettings {
  /** How long after a write a replica appears, in milliseconds of the sandbox's clock. */
  readonly replicationDelayMs: number;
  /** Other delays for some destinations or keys; the first that matches counts. */
  readonly replicationDelays: readonly ReplicationDelay[];
  /** How long each of the phases of a copy in parts takes (initiate, upload, complete), in milliseconds. */
  readonly replicationPhaseMs: number;
  /**
   * In which order copies that fall due together are made: as they were written, or in one drawn from the seed. AWS promises
   * none. A change of metadata always follows its copy.
   */
  readonly replicationOrder: "written" | "shuffled";
  /** How long a batch job stays in each of New, Preparing, Ready, Completing, in milliseconds. */
  readonly jobStepMs: number;
  /** How long after an event its notification reaches topics and rules' targets, in milliseconds. */
  readonly notificationDelayMs: number;
  /** How long after CreateResource a Cloud Control request stays IN_PROGRESS, in milliseconds. */
  readonly cloudControlDelayMs: number;
  /** How long after StartQueryExecution a query of Athena stays QUEUED, in milliseconds. */
  readonly athenaDelayMs: number;
  /**
   * How long GetBucketReplication goes on to answer what was before a change, in milliseconds: S3's bucket
   * configurations are eventually consistent. For requests over HTTP; replication itself knows at once.
   */
  readonly replicationConfigurationDelayMs: number;
  /** How long a new user or role, or a change of policies, has no effect yet, in milliseconds. */
  readonly iamPropagationDelayMs: number;
  /**
   * Signatures by the machine's time are taken beside those by the sandbox's, so that clients that cannot follow a clock that
   * was moved, such as boto3 and the AWS CLI, go on. Dates, retention and lifecycle stay those of the sandbox's clock.
   */
  readonly acceptsMachineTime: boolean;
  /**
   * The sandbox listens on plain HTTP on loopback, in place of AWS's TLS endpoints, so `aws:SecureTransport` is `true`
   * by default; `false` shows what a TLS-only policy does.
   */
  readonly presentsTls: boolean;
  /**
   * Public keys of identity providers, by the `iss` of their tokens. AWS fetches them from the provider; the sandbox reaches
   * nothing outside of itself, so that a provider without keys here is one that does not answer.
   */
  readonly identityProviderKeys: Readonly<Record<string, JsonWebKeySet>>;
}

/** As a provider's `jwks_uri` answers it. */
export interface JsonWebKeySet {
  /** RSA or elliptic-curve keys, each with its `kid`. */
  readonly keys: readonly JsonWebKey[];
}

/** How long after a write a replica appears at some destinations or under some keys. What is left out matches all. */
export interface ReplicationDelay {
  /** Names of destination buckets; `*` stands for any characters. */
  readonly destination?: Patterns;
  readonly key?: Patterns;
  readonly delayMs: number;
}
