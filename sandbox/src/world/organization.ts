import type { ControlPolicies } from "../authorization/model";
import type { Random } from "../values/random";
import { compileControlPolicies, type ControlPolicyDocuments } from "./control-policies";

const ID_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

interface AccountControls extends ControlPolicies {
  readonly documents: ControlPolicyDocuments;
}

/**
 * The one organization that all accounts of the sandbox are members of. Its management account is none of them, so that
 * control policies bind each. Source: AWS Organizations User Guide, "Service control policies", "Resource control policies".
 */
export class Organization {
  /** `aws:PrincipalOrgID`: `o-` and ten characters. */
  readonly id: string;
  /** `aws:PrincipalOrgPaths` of every account: directly under the root, `o-a1b2c3d4e5/r-ab12/`. */
  readonly path: string;
  private readonly controls = new Map<string, AccountControls>();

  constructor(random: Random, id?: string) {
    const own = random.fork("organization");
    const drawn = `o-${own.string(10, ID_ALPHABET)}`;
    this.id = id ?? drawn;
    this.path = `${this.id}/r-${own.string(4, ID_ALPHABET)}/`;
  }

  /** The policies that limit the caller's account as principals and the other as resources; undefined where no account has any. */
  controlsOf(callerAccountId?: string, resourceAccountId?: string): ControlPolicies | undefined {
    if (this.controls.size === 0) return undefined;
    return {
      serviceControl: this.controls.get(callerAccountId ?? "")?.serviceControl,
      resourceControl: this.controls.get(resourceAccountId ?? "")?.resourceControl,
    };
  }

  /** What an account is under, as it was given. */
  documentsOf(accountId: string): ControlPolicyDocuments {
    return this.controls.get(accountId)?.documents ?? {};
  }

  /**
   * Puts an account under these policies, in the place of those it had.
   * @throws ControlPoliciesInvalid with every mistake
   */
  setControlPolicies(accountId: string, documents: ControlPolicyDocuments): void {
    const compiled = compileControlPolicies(documents);
    const isUnlimited =
      compiled.serviceControl === undefined && compiled.resourceControl === undefined;
    if (isUnlimited) this.controls.delete(accountId);
    else {
      const { serviceControlPolicies, resourceControlPolicies } = documents;
      this.controls.set(accountId, {
        ...compiled,
        documents: { serviceControlPolicies, resourceControlPolicies },
      });
    }
  }
}
