/** What a kind of finding is, apart from where it was found. */
export interface FindingKind {
  /** `error`: replication, a job or a lock does not do what is promised. `warning`: it may not. `info`: to know. */
  readonly severity: "error" | "warning" | "info";
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What comes of it: AWS's failure code where it has one. */
  readonly why: string;
  /** Whether `lockstep up` puts it right. */
  readonly up: "yes" | "no" | "what is ours";
}

/** Keeps the ids of a table as a type, in the table's order. */
export function kinds<Table extends Readonly<Record<string, FindingKind>>>(
  table: Table,
): { readonly [Id in keyof Table]: FindingKind } {
  return table;
}
