import { createHash } from "node:crypto";
import type { PolicyOnLine, Review } from "./review";
import { type RiskFields, type RiskId, RISKS } from "./risk";

/** What is told beside the review: who tells it. */
export interface SarifTool {
  /** Of Lockstep. */
  readonly version: string;
}

interface Told {
  readonly ruleId: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly line: number;
  readonly urn?: string;
  readonly resource: string;
  readonly path?: string;
}

/**
 * A review for code scanning, as a log of SARIF 2.1.0: a result for each risk and each policy's finding, at the line of the stack
 * file that it comes from. Pure.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function reviewSarif(review: Review, { version }: SarifTool): object {
  const told = [...review.risks.map(ofRisk), ...review.policies.map(ofPolicy)];
  const ids = [...new Set(told.map(({ ruleId }) => ruleId))];
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Lockstep",
            semanticVersion: version,
            rules: ids.map((id) => ruleOf(id, review)),
          },
        },
        // Several stacks of one commit are looked at apart: what one run does not tell is closed of its own category only.
        automationDetails: { id: `lockstep-preview/${review.stack}/` },
        columnKind: "utf16CodeUnits",
        results: told.map((item) => resultOf(item, ids, review)),
      },
    ],
  };
}

function ofRisk(risk: RiskFields): Told {
  const { line, message, path, resource, severity, urn } = risk;
  return {
    ruleId: risk.id,
    severity,
    message: `${message} ${RISKS[risk.id].why}`,
    line,
    resource,
    ...(urn !== undefined && { urn }),
    ...(path !== undefined && { path }),
  };
}

function ofPolicy(finding: PolicyOnLine): Told {
  const { fix, line, message, resourceName, ruleId, severity, urn } = finding;
  return { ruleId, severity, message: `${message} ${fix}`, line, resource: resourceName, urn };
}

function ruleOf(id: string, { policies }: Review): object {
  const kind = id in RISKS ? RISKS[id as RiskId] : undefined;
  const finding = policies.find(({ ruleId }) => ruleId === id);
  const title = kind?.title ?? `Policy ${id}`;
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: kind?.why ?? finding?.message ?? title },
    help: { text: kind?.why ?? finding?.fix ?? title },
    defaultConfiguration: { level: levelOf(kind?.severity ?? finding?.severity ?? "warning") },
  };
}

function resultOf(told: Told, ids: readonly string[], { file, stack }: Review): object {
  const { line, message, path = "", resource, ruleId, severity, urn } = told;
  const identity = [stack, ruleId, urn ?? resource, path].join("\n");
  return {
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    level: levelOf(severity),
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: "%SRCROOT%" },
          region: { startLine: line },
        },
        logicalLocations: [{ fullyQualifiedName: urn ?? resource, kind: "resource" }],
      },
    ],
    partialFingerprints: {
      "lockstep/v1": createHash("sha256").update(identity).digest("hex").slice(0, 32),
    },
  };
}

function levelOf(severity: Told["severity"]): "error" | "warning" | "note" {
  return severity === "info" ? "note" : severity;
}
