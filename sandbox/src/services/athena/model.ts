import type { ResultConfiguration, WorkGroupConfiguration } from "@aws-sdk/client-athena";
import type { ConditionKeys, Principal } from "../../authorization/model";
import type { Statement } from "./sql/statement";

/** What Athena holds, for an account in a Region. */

/** Where something of Athena's is. */
export interface AthenaPlace {
  readonly accountId: string;
  readonly region: string;
}

export interface WorkGroup {
  readonly name: string;
  description?: string;
  isEnabled: boolean;
  configuration: WorkGroupConfiguration;
  readonly createdEpochMs: number;
}

export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** Why a query ended other than well. */
export interface QueryEnd {
  readonly state: "FAILED" | "CANCELLED";
  readonly reason: string;
  /** 1 system, 2 user, 3 other. */
  readonly category: 1 | 2 | 3;
  readonly isRetryable: boolean;
}

/** A column of a result, as `ResultSetMetadata` shows it. */
export interface ResultColumn {
  readonly name: string;
  readonly type: string;
  readonly precision: number;
  readonly scale: number;
}

export interface QueryExecution {
  readonly id: string;
  readonly place: AthenaPlace;
  readonly query: string;
  readonly statement: Statement;
  readonly databaseName: string;
  /** As asked for; the answer says only what was. */
  readonly context: { readonly Catalog?: string; readonly Database?: string };
  readonly parameters?: readonly string[];
  readonly workGroupName: string;
  readonly bytesCutoff?: number;
  /** With the file as its `OutputLocation`. */
  readonly result: ResultConfiguration & { readonly OutputLocation: string };
  /** Who asked: under whose rights everything is read and written. */
  readonly principal: Principal;
  readonly conditionKeys: ConditionKeys;
  readonly submittedEpochMs: number;
  startedEpochMs?: number;
  endedEpochMs?: number;
  state: QueryState;
  end?: QueryEnd;
  scannedBytes: number;
  inputRows?: number;
  outputRows?: number;
  outputBytes?: number;
  columns?: readonly ResultColumn[];
  /** Ends the engine's work. */
  cancel?: () => void;
}
