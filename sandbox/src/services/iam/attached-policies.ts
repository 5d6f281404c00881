import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, findIdentity, identityNeed, NAME_MEMBERS } from "./access";
import type { IdentityKind, NamedIdentity } from "./access";
import * as errors from "./errors";
import { page, present, QUOTAS } from "./input-rules";

/**
 * Managed policies on roles (AttachRolePolicy, DetachRolePolicy, ListAttachedRolePolicies) and on users
 * (AttachUserPolicy, ...).
 */
interface Attachment extends NamedIdentity {
  readonly PolicyArn?: string;
}

interface ListInput extends NamedIdentity {
  readonly PathPrefix?: string;
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export function attachedPolicyOperations(kind: IdentityKind) {
  const nameOf = (input: NamedIdentity) => input[NAME_MEMBERS[kind]];
  const access = (input: Attachment, context: RequestContext): readonly AccessNeed[] => [
    identityNeed(context, kind, nameOf(input), { "iam:policyarn": input.PolicyArn }),
  ];

  const attach: Operation<Attachment, void> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const arn = present(input.PolicyArn, "policyArn");
      const policy = context.world.iam.managedPolicy(arn);
      if (policy === undefined || !["aws", accountOf(context)].includes(policy.accountId)) {
        throw errors.notAttachable(arn);
      }
      // Attaching again is no error, also at the quota.
      if (!identity.attached.has(arn) && identity.attached.size >= QUOTAS.attachedPolicies) {
        throw errors.quotaExceeded(
          { role: "PoliciesPerRole", user: "PoliciesPerUser", group: "PoliciesPerGroup" }[kind],
          QUOTAS.attachedPolicies,
        );
      }
      identity.attached.add(arn);
      context.world.iam.changed();
    },
  };

  const detach: Operation<Attachment, void> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const arn = present(input.PolicyArn, "policyArn");
      if (!identity.attached.delete(arn)) throw errors.noSuchPolicy(arn);
      context.world.iam.changed();
    },
  };

  const list: Operation<ListInput, object> = {
    access: (input, context) => [identityNeed(context, kind, nameOf(input))],
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const policies = [...identity.attached]
        .flatMap((arn) => context.world.iam.managedPolicy(arn) ?? [])
        .filter((policy) => policy.path.startsWith(input.PathPrefix ?? "/"));
      const { items, ...rest } = page(policies, input);
      return {
        AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
        ...rest,
      };
    },
  };

  return { attach, detach, list };
}
