import type { Program } from "./program/program";
import type { PolicyResource } from "./resource";

/** `error` fails the command; `warning` and `info` are told. */
export type PolicySeverity = "error" | "warning" | "info";

/** Ids of the same demand, or of the nearest one, in public catalogues. What has none is absent. */
export interface PolicyReferences {
  /** AWS Security Hub, as in `S3.5`. */
  readonly securityHub?: readonly string[];
  /** AWS Config's managed rules, as in `s3-bucket-ssl-requests-only`. */
  readonly awsConfig?: readonly string[];
  /** AWS Control Tower, as in `CT.S3.PR.1`. */
  readonly controlTower?: readonly string[];
  /** Checkov, as in `CKV_AWS_21`. */
  readonly checkov?: readonly string[];
  /** NIST SP 800-53 revision 5, as in `SC-8`. */
  readonly nist80053?: readonly string[];
}

/** What a rule found at one resource. */
export interface PolicyViolation {
  /** The resource that has to change. */
  readonly resource: PolicyResource;
  /** What is wrong with it, in words. */
  readonly message: string;
  /** Where it differs from the rule's own. */
  readonly severity?: PolicySeverity;
  /** Where it differs from the rule's own. */
  readonly fix?: string;
}

/** A rule as a value: what it demands, why, and the check itself. */
export interface PolicyRule {
  /** Stable, as in `tls-only`: its name in configuration and findings. */
  readonly id: string;
  /** What it demands, in a few words. */
  readonly title: string;
  /** Of its violations, unless one says another. */
  readonly severity: PolicySeverity;
  /** Why it matters: what AWS does where it is not followed. */
  readonly rationale: string;
  /** What to do. */
  readonly fix: string;
  /** The same demand in public catalogues. */
  readonly references: PolicyReferences;
  /** JSON Schema of its own settings, by name, beside `level` and `exempt`, which every rule has. */
  readonly configuration: Readonly<Record<string, object>>;
  /** Reads settings; says each mistake. Settings that are absent get their default. */
  readonly readSettings: (settings: unknown) => SettingsRead;
  /**
   * Looks at a whole program. What is known after the deployment only violates nothing.
   * @param settings as `readSettings` gave them
   */
  readonly check: (program: Program, settings: RuleSettings) => readonly PolicyViolation[];
}

/** Settings of one rule, complete. */
export interface RuleSettings {
  /** The severity of all its violations; `off` leaves the rule out. Absent: the rule's own. */
  readonly level?: PolicySeverity | "off";
  /** Names, URNs or physical names of resources that it does not look at; `*` stands for any characters. */
  readonly exempt: readonly string[];
  /** Those of the rule itself. */
  readonly [name: string]: unknown;
}

/** What came of reading settings. */
export type SettingsRead =
  | {
      /** Complete, with defaults. */
      readonly settings: RuleSettings;
    }
  | {
      /** Every mistake, by its path inside the settings. */
      readonly problems: readonly PolicyProblem[];
    };

/** A mistake in what the pack is given. */
export interface PolicyProblem {
  /** Where, as one would write it in code. */
  readonly path: string;
  /** What was expected, and what was there. */
  readonly message: string;
}

/** Thrown where the settings, or a file, cannot be used; nothing was checked. */
export class PolicyInputError extends Error {
  constructor(
    message: string,
    /** Every mistake. */
    readonly problems: readonly PolicyProblem[],
  ) {
    super(
      `${message}\n${problems.map(({ path, message: said }) => `- ${path}: ${said}`).join("\n")}`,
    );
    this.name = "PolicyInputError";
  }
}

/** One violation, ready to be told. */
export interface PolicyFinding {
  /** Of the rule. */
  readonly ruleId: string;
  /** `error` fails the command. */
  readonly severity: PolicySeverity;
  /** Of the resource that has to change. */
  readonly urn: string;
  /** Pulumi's type of that resource. */
  readonly resourceType: string;
  /** Pulumi's name of it. */
  readonly resourceName: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** What to do, in words. */
  readonly fix: string;
  /** The same demand in public catalogues. */
  readonly references: PolicyReferences;
}
