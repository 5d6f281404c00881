import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { findIdentity, identityNeed, NAME_MEMBERS } from "./access";
import type { IdentityKind, NamedIdentity } from "./access";
import * as errors from "./errors";
import {
  checkName,
  compileDocument,
  countedCharacters,
  encodeDocument,
  page,
  QUOTAS,
} from "./input-rules";

/**
 * Inline policies of roles (PutRolePolicy, GetRolePolicy, ListRolePolicies, DeleteRolePolicy), of users
 * (PutUserPolicy, ...) and of groups. The operations of the three differ by the member that names the identity.
 */
interface NamedPolicy extends NamedIdentity {
  readonly PolicyName?: string;
}

interface PutInput extends NamedPolicy {
  readonly PolicyDocument?: string;
}

interface ListInput extends NamedIdentity {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

export function inlinePolicyOperations(kind: IdentityKind) {
  const nameMember = NAME_MEMBERS[kind];
  const nameOf = (input: NamedIdentity) => input[nameMember];
  const access = (input: NamedIdentity, context: RequestContext): readonly AccessNeed[] => [
    identityNeed(context, kind, nameOf(input)),
  ];
  const limit = {
    role: QUOTAS.roleInlineCharacters,
    user: QUOTAS.userInlineCharacters,
    group: QUOTAS.groupInlineCharacters,
  }[kind];

  const put: Operation<PutInput, void> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const policyName = checkName(input.PolicyName, "policyName", 128);
      const policy = compileDocument(input.PolicyDocument, "identity");
      let characters = countedCharacters(policy.text);
      for (const [name, other] of identity.inline) {
        if (name !== policyName) characters += countedCharacters(other.text);
      }
      if (characters > limit) throw errors.inlinePoliciesTooLarge(kind, identity.name, limit);
      identity.inline.set(policyName, policy);
      context.world.iam.changed();
    },
  };

  const get: Operation<NamedPolicy, object> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const policyName = checkName(input.PolicyName, "policyName", 128);
      const policy = identity.inline.get(policyName);
      if (policy === undefined) throw errors.noSuchInlinePolicy(kind, policyName);
      return {
        [nameMember]: identity.name,
        PolicyName: policyName,
        PolicyDocument: encodeDocument(policy.text),
      };
    },
  };

  const list: Operation<ListInput, object> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const { items, ...rest } = page([...identity.inline.keys()].sort(), input);
      return { PolicyNames: items, ...rest };
    },
  };

  const remove: Operation<NamedPolicy, void> = {
    access,
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      const policyName = checkName(input.PolicyName, "policyName", 128);
      if (!identity.inline.delete(policyName)) {
        throw errors.noSuchInlinePolicy(kind, policyName);
      }
      context.world.iam.changed();
    },
  };

  return { put, get, list, remove };
}
