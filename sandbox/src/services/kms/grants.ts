import type {
  CreateGrantRequest,
  CreateGrantResponse,
  GrantConstraints,
  GrantListEntry,
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from "@aws-sdk/client-kms";
import type { Operation, RequestContext } from "../../world/operation";
import { findKeyById, needOf, page, placeOf } from "./access";
import * as errors from "./errors";
import { isGranted, isParty } from "./grant-rules";
import type { Grant, GrantParty, Key } from "./model";

/** What keys of a usage can be granted for. Source: KMS Developer Guide, "Grant operations". */
const SIGNING_OPERATIONS = new Set([
  "Sign",
  "Verify",
  "GetPublicKey",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
]);
const ENCRYPTION_OPERATIONS = new Set([
  "Encrypt",
  "Decrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
  "CreateGrant",
  "RetireGrant",
  "DescribeKey",
]);

const GRANTS_PER_KEY = 50_000;

export const createGrant: Operation<CreateGrantRequest, CreateGrantResponse> = {
  access(input, context) {
    const key = findKeyById(context, input.KeyId);
    const operations = input.Operations ?? [];
    const [constraintType] = Object.keys(input.Constraints ?? {});
    return [
      needOf(context, key, {
        own: false,
        grantTokens: input.GrantTokens,
        newGrant: { operations, constraints: input.Constraints },
        conditionKeys: {
          "kms:granteeprincipal": input.GranteePrincipal,
          "kms:retiringprincipal": input.RetiringPrincipal,
          "kms:grantoperations": operations,
          "kms:grantconstrainttype": constraintType,
          "kms:grantisforawsresource": String(context.principal.calledVia !== undefined),
        },
      }),
    ];
  },
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    context.world.kms.requireUsable(key);
    const grant = readGrant(input, key, context);
    if (input.DryRun === true) throw errors.dryRun();
    // With a name the same request makes one grant, however often it comes; each answer has a token of its own.
    const known = [...key.grants.values()].find((one) => isSame(one, grant));
    if (known === undefined && key.grants.size >= GRANTS_PER_KEY) {
      throw errors.limitExceeded(`A key can have ${GRANTS_PER_KEY} grants.`);
    }
    const kept = known ?? grant;
    key.grants.set(kept.grantId, kept);
    const token = context.world.kms.newGrantToken();
    kept.tokens.add(token);
    return { GrantId: kept.grantId, GrantToken: token };
  },
};

export const listGrants: Operation<ListGrantsRequest, ListGrantsResponse> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: false })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    const grants = [...key.grants.values()].filter(
      ({ grantId, grantee }) =>
        (input.GrantId === undefined || grantId === input.GrantId) &&
        (input.GranteePrincipal === undefined || grantee.arn === input.GranteePrincipal),
    );
    return listed(grants, key, input, context);
  },
};

/** Of all keys of the Region, in whatever account: those that somebody of the caller's account may retire. */
export const listRetirableGrants: Operation<ListRetirableGrantsRequest, ListGrantsResponse> = {
  access: () => [{ action: "kms:ListRetirableGrants", resource: "*" }],
  handle(input, context) {
    if (input.RetiringPrincipal === undefined) throw errors.required("retiringPrincipal");
    const { items, ...rest } = page(
      context.world.kms
        .grantsIn(placeOf(context).region)
        .filter(({ grant }) => grant.retiring?.arn === input.RetiringPrincipal),
      input,
      50,
    );
    return { Grants: items.map(({ key, grant }) => describe(grant, key, context)), ...rest };
  },
};

/** Ends a grant, by who may administer the key. */
export const revokeGrant: Operation<RevokeGrantRequest, void> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: false })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    if (input.GrantId === undefined) throw errors.required("grantId");
    if (!key.grants.has(input.GrantId)) throw errors.noSuchGrant(input.GrantId);
    if (input.DryRun === true) throw errors.dryRun();
    key.grants.delete(input.GrantId);
  },
};

/**
 * Ends a grant, by whom it names for that, by the grantee when RetireGrant is among the operations, or by whom the
 * identity policies of the key's account let. Key policies have no say.
 */
export const retireGrant: Operation<RetireGrantRequest, void> = {
  access(input, context) {
    const { key, grant } = findGrant(input, context);
    const { principal } = context;
    const need = needOf(context, key, { own: false, grantTokens: [input.GrantToken ?? ""] });
    return [
      {
        ...need,
        resourcePolicy: undefined,
        resourcePolicyMode: "grants",
        isGranted:
          isParty(principal, grant.retiring) ||
          (isParty(principal, grant.grantee) && isGranted(key, { principal, action: need.action })),
      },
    ];
  },
  handle(input, context) {
    const { key, grant } = findGrant(input, context);
    if (input.DryRun === true) throw errors.dryRun();
    key.grants.delete(grant.grantId);
  },
};

function readGrant(input: CreateGrantRequest, key: Key, context: RequestContext): Grant {
  if (input.GranteePrincipal === undefined) throw errors.required("granteePrincipal");
  if (input.Operations === undefined) throw errors.required("operations");
  for (const operation of input.Operations) {
    const isSigning = key.usage === "SIGN_VERIFY";
    if (!(isSigning ? SIGNING_OPERATIONS : ENCRYPTION_OPERATIONS).has(operation)) {
      const kind = isSigning ? "asymmetric" : "symmetric";
      throw errors.validation(`Operation ${operation} is not supported for ${kind} keys.`);
    }
  }
  if (input.Operations.length === 0) throw errors.validation("Operations must not be empty.");
  if (input.Name !== undefined && !/^[\w:/-]{1,256}$/.test(input.Name)) {
    throw errors.constraint(
      "name",
      input.Name,
      "Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$",
    );
  }
  return {
    grantId: context.world.kms.newGrantId(),
    tokens: new Set(),
    name: input.Name,
    createdEpochMs: context.nowEpochMs,
    issuingAccountId: context.principal.accountId ?? key.accountId,
    grantee: party(input.GranteePrincipal, context),
    retiring:
      input.RetiringPrincipal === undefined ? undefined : party(input.RetiringPrincipal, context),
    operations: [...new Set<string>(input.Operations)],
    constraints: readConstraints(input.Constraints),
  };
}

function readConstraints(constraints: GrantConstraints | undefined): Grant["constraints"] {
  if (constraints === undefined) return undefined;
  const { EncryptionContextEquals, EncryptionContextSubset, ...others } = constraints;
  const [unknown] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (unknown !== undefined) throw errors.notImplemented(`the grant constraint ${unknown[0]}`);
  if (EncryptionContextEquals !== undefined && EncryptionContextSubset !== undefined) {
    throw errors.validation("A grant can have one constraint on the encryption context only.");
  }
  return { EncryptionContextEquals, EncryptionContextSubset };
}

/** A user, role or session that exists, an account's root user, or a service. @throws AwsError InvalidArnException */
function party(text: string, context: RequestContext): GrantParty {
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(text)) return { arn: text };
  const { iam, accounts } = context.world;
  const identity = iam.identityByArn(text);
  if (identity !== undefined) return { arn: text, id: identity.id };
  const parts =
    /^arn:aws:(?:iam::(\d{12}):(?:root|user\/.+|role\/.+)|sts::(\d{12}):(?:assumed-role\/[^/]+|federated-user)\/.+)$/.exec(
      text,
    );
  if (parts === null) throw errors.invalidArn(text);
  // Of accounts that the sandbox does not have nothing is known; in its own a user or role must be there.
  const isOwnIdentity = accounts.has(parts[1] ?? "") && !text.endsWith(":root");
  if (isOwnIdentity) throw errors.invalidArn(text);
  return { arn: text };
}

function isSame(one: Grant, other: Grant): boolean {
  const facts = ({ name, grantee, retiring, operations, constraints }: Grant) =>
    JSON.stringify([name, grantee, retiring, [...operations].sort(), constraints]);
  return one.name !== undefined && facts(one) === facts(other);
}

function findGrant(
  input: RetireGrantRequest,
  context: RequestContext,
): { readonly key: Key; readonly grant: Grant } {
  const { kms } = context.world;
  if (input.GrantToken !== undefined) {
    const token = input.GrantToken;
    const found = kms
      .grantsIn(placeOf(context).region)
      .find(({ grant }) => grant.tokens.has(token));
    if (found === undefined) throw errors.invalidGrantToken();
    return found;
  }
  if (input.KeyId === undefined || input.GrantId === undefined) {
    throw errors.validation("Either a grant token, or a key and a grant id must be given.");
  }
  const key = findKeyById(context, input.KeyId);
  const grant = key.grants.get(input.GrantId);
  if (grant === undefined) throw errors.noSuchGrant(input.GrantId);
  return { key, grant };
}

function listed(
  grants: readonly Grant[],
  key: Key,
  input: ListGrantsRequest,
  context: RequestContext,
): ListGrantsResponse {
  const { items, ...rest } = page(grants, input, 50);
  return { Grants: items.map((grant) => describe(grant, key, context)), ...rest };
}

function describe(grant: Grant, key: Key, context: RequestContext): GrantListEntry {
  const shown = ({ arn, id }: GrantParty) =>
    id !== undefined && context.world.iam.identityById(id) === undefined ? id : arn;
  return {
    KeyId: key.arn,
    GrantId: grant.grantId,
    Name: grant.name ?? "",
    CreationDate: new Date(grant.createdEpochMs),
    GranteePrincipal: shown(grant.grantee),
    RetiringPrincipal: grant.retiring && shown(grant.retiring),
    IssuingAccount: `arn:aws:iam::${grant.issuingAccountId}:root`,
    Operations: [...grant.operations] as GrantListEntry["Operations"],
    Constraints: grant.constraints,
  };
}
