export type CoverageState = "done" | "partial" | "refused";

export interface OperationNote {
  readonly state: CoverageState;
  /** What is missing or was chosen. */
  readonly note?: string;
  readonly evidence: string;
}

export interface RuleNote {
  readonly rule: string;
  readonly state: CoverageState;
  readonly evidence: string;
}

/** Notes of one service; every operation of its table has one. */
export interface ServiceCoverage {
  readonly operations: Readonly<Record<string, OperationNote>>;
  readonly rules: readonly RuleNote[];
}

/** The same note for several operations. */
export function notes(
  names: readonly string[],
  note: OperationNote,
): Record<string, OperationNote> {
  return Object.fromEntries(names.map((name) => [name, note]));
}
